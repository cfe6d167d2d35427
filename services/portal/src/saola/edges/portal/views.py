"""Rendering: a page, or a fragment of one, in the reader's language."""

import gzip
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from saola.edges.portal import assets, charts, formats, i18n, navigation
from saola.edges.portal.edge import Edge

HERE = Path(__file__).parent


@cache
def environment(language: i18n.Language) -> Environment:
    words = i18n.words(language)
    made = Environment(
        loader=FileSystemLoader([HERE, HERE / "pages"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        _=words._,
        ngettext=words.ngettext,
        either=words.either,
        language=language,
        asset=assets.asset,
        icon=assets.icon,
        spark=charts.spark,
        stack=charts.stack,
        clock=formats.clock,
        left=formats.left,
        **{
            name: partial(getattr(formats, name), language=language)
            for name in ("number", "tile", "typed", "when", "day", "weekday", "period")
        },
    )
    return made


def page(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **data: Any,  # what a template shows is checked by its test, not by a type
) -> HTMLResponse:
    state = request.state
    words, reader = state.words, state.reader
    settings = Edge.of(request.app.state.service).settings
    html = (
        environment(words.language)
        .get_template(template)
        .render(
            theme=state.theme,
            keys=state.keys,
            reader=reader,
            path=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            place=words.either(settings.place_vi, settings.place_en),
            nav=navigation.of(words, reader.roles if reader else frozenset()),
            **data,
        )
        .encode()
    )
    said = {"cache-control": "private, no-cache", "vary": "cookie, hx-request, accept-encoding"}
    if len(html) > 1000 and "gzip" in request.headers.get("accept-encoding", ""):
        html = gzip.compress(html, 5)
        said["content-encoding"] = "gzip"
    return HTMLResponse(html, status, headers=said | dict(headers or {}))


def answer(request: Request, whole: str, part: str, status: int = 200, **data: Any) -> HTMLResponse:
    """The part where htmx asks, else the whole page: every form works without script."""
    return page(request, part if request.headers.get("hx-request") else whole, status, **data)
