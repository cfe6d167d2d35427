"""The page of files of plans, and the file to fill in."""

from dataclasses import asdict, dataclass
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response

from saola.apis.warehouse.v1.plan_files_pb2 import RenderPlansRequest
from saola.apis.warehouse.v1.plan_files_pb2_grpc import PlanFilesServiceStub
from saola.edges.portal import fields, files, formats, views
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.budget.finding import mine, years
from saola.edges.portal.pages.indicators import finding
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

router = APIRouter(prefix="/plans", route_class=Page)
KINDS: Final = {
    "xlsx": RenderPlansRequest.KIND_WORKBOOK,
    "csv": RenderPlansRequest.KIND_TABLE,
}


@dataclass
class Asked:
    """Of one indicator, by its code, or of a field; empty for any."""

    indicator: str = ""
    field: str = ""
    agency: str = ""
    year: str = ""
    period_type: str = "year"
    kind: str = "xlsx"


@router.get("")
async def show(request: Request, reader: OfSteward, of: Annotated[Asked, Depends()]) -> Response:
    return await form(request, reader, Typed(asdict(of)))


@router.get("/template")
async def template(
    request: Request, reader: OfSteward, edge: OfEdge, of: Annotated[Asked, Depends()]
) -> Response:
    typed = Typed(asdict(of))
    try:
        asked = RenderPlansRequest(
            agency=of.agency,
            year=of.year,
            indicator=await named(reader, of.indicator),
            field=of.field,
            period_type=of.period_type,
            kind=KINDS.get(of.kind, RenderPlansRequest.KIND_WORKBOOK),
            language=reader.words.language,
        )
        drawn = await reader.call.peer(PlanFilesServiceStub).RenderPlans(asked)
    except DomainError as refusal:
        typed.refused(refusal, reader.words)
        return await form(request, reader, typed)
    return await files.fetch(edge, reader, "warehouse", drawn)


async def named(reader: Reader, code: str) -> str:
    """The name of an indicator; none for none."""
    return (await finding.indicator(reader, code)).name if code else ""


async def form(request: Request, reader: Reader, typed: Typed) -> Response:
    """Both halves: what is drawn up, and what is taken back."""
    words, code = reader.words, typed.of("indicator")
    year = typed.of("year") or f"{formats.local(reader.call.now).year}"
    typed.said = {**typed.said, "year": year}
    return views.page(
        request,
        "plans/page.html",
        status=typed.status,
        here="indicators",
        typed=typed,
        of=await finding.indicator(reader, code) if code else None,
        mine=await mine(reader),
        years=[(str(one), str(one)) for one in years(reader)],
        fields=[("", words._("all")), *fields.titles(words).items()],
        types=_types(words),
        request_id=str(uuid4()),
    )


def _types(words: Words) -> list[tuple[str, str]]:
    _ = words._
    return [
        ("year", _("the year")),
        ("half_year", _("half-years")),
        ("nine_months", _("nine months")),
        ("quarter", _("quarters")),
        ("month", _("months")),
    ]
