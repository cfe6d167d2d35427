"""Rendering: a page, or a fragment of one, in the reader's language."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from saola.edges.portal import assets, charts, formats, i18n, lines, navigation
from saola.edges.portal.edge import Edge

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Drawn:
    """A page or a fragment as bytes. What shows the same to many is drawn and zipped once."""

    html: bytes

    @cached_property
    def zipped(self) -> bytes:
        return gzip.compress(self.html, 5)


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
        words=words,
        language=language,
        asset=assets.asset,
        icon=assets.icon,
        spark=charts.spark,
        stack=charts.stack,
        bullet=charts.bullet,
        bar=charts.bar,
        drawn_lines=lines.drawn,
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
    drawn = draw(
        words.language,
        template,
        theme=state.theme,
        keys=state.keys,
        reader=reader,
        path=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        place=words.either(settings.place_vi, settings.place_en),
        nav=navigation.of(words, reader.roles if reader else frozenset()),
        **data,
    )
    return show(request, drawn, status, headers)


def draw(language: i18n.Language, template: str, **data: Any) -> Drawn:
    return Drawn(environment(language).get_template(template).render(**data).encode())


def show(
    request: Request, drawn: Drawn, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    said = {"cache-control": "private, no-cache", "vary": "cookie, hx-request, accept-encoding"}
    html = drawn.html
    if len(html) > 1000 and "gzip" in request.headers.get("accept-encoding", ""):
        html = drawn.zipped
        said["content-encoding"] = "gzip"
    return HTMLResponse(html, status, headers=said | dict(headers or {}))


def answer(request: Request, whole: str, part: str, status: int = 200, **data: Any) -> HTMLResponse:
    """The part where htmx asks, else the whole page: every form works without script."""
    return page(request, part if request.headers.get("hx-request") else whole, status, **data)
