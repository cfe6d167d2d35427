"""The page on which a steward sets a plan, adjusts it or takes it back, by a document."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.warehouse.v1.plans_pb2 import ListPlansRequest, Plan, SetPlansRequest
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.edges.portal import formats, peers, titled, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.indicators import finding
from saola.edges.portal.readers import OfSteward, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError
from saola.periods.periods import NotAPeriod, Period

router = APIRouter(prefix="/indicators/{code}/plans/set", route_class=Page)


@router.get("")
async def begin(
    request: Request, reader: OfSteward, code: str, agency: UUID | None = None, period: str = ""
) -> Response:
    said = {"agency": f"agencies/{agency}" if agency else "", "period": period}
    return await _form(request, reader, code, Typed(said))


@router.post("")
async def plan(request: Request, reader: OfSteward, code: str) -> Response:
    typed, of = await sent(request), await finding.indicator(reader, code)
    asked = Plan(
        indicator=of.name,
        agency=typed.needed("agency", reader.words),
        period=_period(typed, reader),
        value="" if typed.of("do") == "none" else typed.decimal("value", reader.words),
        source=typed.needed("source", reader.words),
        etag=typed.of("etag"),
    )
    if not typed.wrong:
        request_id = typed.of("request_id")
        try:
            await reader.call.peer(PlansServiceStub).SetPlans(
                SetPlansRequest(plans=[asked], request_id=request_id)
            )
            return RedirectResponse(f"/indicators/{code}/plans", 303)
        except DomainError as refusal:
            await titled.refused(reader, typed, refusal)
    return await _form(request, reader, code, typed)


def _period(typed: Typed, reader: Reader) -> str:
    try:
        return str(Period.read(typed.of("period").strip()))
    except NotAPeriod:
        typed.errors["period"] = reader.words._("As 2026, 2026-Q4 or 2026-11.")
        return ""


async def _form(request: Request, reader: Reader, code: str, typed: Typed) -> Response:
    """With the plan that holds now, if there is one for that unit and period."""
    of, words = await finding.indicator(reader, code), reader.words
    holds = await _holding(reader, of.name, typed)
    if holds and "value" not in typed.said:
        value = formats.typed(holds.value, words.language)
        typed = Typed({**typed.said, "value": value})
    agencies = await peers.find_agencies(reader.call, "", 1000)
    return views.page(
        request,
        "indicators/plan.html",
        status=typed.status,
        here="indicators",
        of=of,
        holds=holds,
        shown=formats.typed(holds.value, words.language) if holds else "",
        typed=typed,
        agencies=[("", words._("choose")), *((one.name, one.display_name) for one in agencies)],
        request_id=str(uuid4()),
    )


async def _holding(reader: Reader, indicator: str, typed: Typed) -> Plan | None:
    if not typed.of("agency") or not typed.of("period") or "period" in typed.errors:
        return None
    asked = ListPlansRequest(
        indicator=indicator, agency=typed.of("agency"), period=typed.of("period")
    )
    found = (await reader.call.peer(PlansServiceStub).ListPlans(asked)).plans
    return found[0] if found else None
