"""The dictionary of indicators: the list, and the form in which its stewards change an entry."""

from dataclasses import dataclass
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1.indicators_pb2 import (
    CreateIndicatorRequest,
    Indicator,
    UpdateIndicatorRequest,
)
from saola.apis.warehouse.v1.indicators_pb2_grpc import IndicatorsServiceStub
from saola.edges.portal import fields, peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.indicators import editing, finding
from saola.edges.portal.pages.indicators.editing import Typed
from saola.edges.portal.readers import OfReader, OfSteward, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/indicators", route_class=Page)
AT_ONCE: Final = 50
SORTS: Final = ("code", "title", "field")


@dataclass(frozen=True)
class Listed:
    path: str
    code: str
    title: str
    field: str
    unit: str
    rated: bool


@router.get("")
async def dictionary(
    request: Request,
    reader: OfReader,
    q: Annotated[str, Query()] = "",
    sort: Annotated[str, Query()] = "code",
    page: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    query = q.strip()[:100]
    found = [
        _listed(one, reader.words) for one in await peers.find_indicators(reader.call, query, 1000)
    ]
    order = sort if sort in SORTS else "code"
    found.sort(key=lambda one: (getattr(one, order), one.code))
    first = (page - 1) * AT_ONCE
    return views.page(
        request,
        "indicators/dictionary.html",
        here="indicators",
        q=query,
        sort=order,
        number_of=page,
        count=len(found),
        first=first + 1,
        lines=found[first : first + AT_ONCE],
        more=first + AT_ONCE < len(found),
        owner="steward" in reader.roles,
    )


def _listed(one: Indicator, words: Words) -> Listed:
    return Listed(
        path=f"/indicators/{one.code}",
        code=one.code,
        title=words.either(one.title_vi, one.title_en),
        field=fields.title(one.field, words),
        unit=one.unit,
        rated=one.HasField("light"),
    )


@router.get("/new")
async def begin(request: Request, reader: OfSteward) -> Response:
    return await _form(request, reader, "", editing.typed(Indicator()))


@router.post("/new")
async def create(request: Request, reader: OfSteward, sent: Annotated[Typed, Form()]) -> Response:
    asked = editing.asked(sent, Indicator(code=sent.code.strip()))
    stub = reader.call.peer(IndicatorsServiceStub)
    try:
        made = await stub.CreateIndicator(
            CreateIndicatorRequest(indicator=asked, request_id=sent.request_id)
        )
    except DomainError as refusal:
        return await _form(request, reader, "", sent, refusal)
    return RedirectResponse(f"/indicators/{made.code}", 303)


@router.get("/{code}/edit")
async def edit(request: Request, reader: OfSteward, code: str) -> Response:
    of = await finding.indicator(reader, code)
    return await _form(request, reader, code, editing.typed(of))


@router.post("/{code}/edit")
async def change(
    request: Request, reader: OfSteward, code: str, sent: Annotated[Typed, Form()]
) -> Response:
    of = await finding.indicator(reader, code)
    asked = editing.asked(sent, Indicator(name=of.name, code=code, etag=sent.etag))
    stub = reader.call.peer(IndicatorsServiceStub)
    try:
        await stub.UpdateIndicator(
            UpdateIndicatorRequest(indicator=asked, request_id=sent.request_id)
        )
    except DomainError as refusal:
        return await _form(request, reader, code, sent, refusal)
    return RedirectResponse(f"/indicators/{code}", 303)


async def _form(
    request: Request, reader: Reader, code: str, sent: Typed, refusal: DomainError | None = None
) -> Response:
    """What was typed stays; what was refused is said at its field, and above."""
    words = reader.words
    known = await peers.find_indicators(reader.call, "", 1000)
    return views.page(
        request,
        "indicators/edit.html",
        status=422 if refusal else 200,
        here="indicators",
        code=code,
        sent=sent,
        at=editing.at(refusal) if refusal else "",
        trouble=refusal.text(words.language) if refusal else "",
        fields=fields.titles(words),
        aggregations=editing.aggregations(words),
        directions=editing.directions(words),
        bases=editing.bases(words),
        parts=editing.parts(known, code, words),
        request_id=str(uuid4()),
        address=request.url.path,
    )
