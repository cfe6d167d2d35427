"""The plan of a year, decision by decision: listed, recorded, corrected."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.budget.v1.allocations_pb2 import (
    Allocation,
    CorrectAllocationRequest,
    ListAllocationsRequest,
    RecordAllocationsRequest,
)
from saola.apis.budget.v1.allocations_pb2_grpc import AllocationsServiceStub
from saola.apis.budget.v1.entries_pb2 import BudgetLevel
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.readers import OfBudget, OfReporter, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError

router = APIRouter(prefix="/plan", route_class=Page)
TEXTS = ("agency", "chapter", "group", "document", "day")


@router.get("")
async def plan(
    request: Request,
    reader: OfBudget,
    year: Annotated[int, Query()] = 0,
    agency: Annotated[str, Query(max_length=100)] = "",
    page: Annotated[str, Query()] = "",
) -> Response:
    year = year or formats.local(reader.call.now).year
    asked = ListAllocationsRequest(page_size=50, page_token=page, year=year, agency=agency)
    answer = await reader.call.peer(AllocationsServiceStub).ListAllocations(asked)
    return views.page(
        request,
        "budget/plan.html",
        here="budget",
        tab="plan",
        year=year,
        agency=agency,
        lines=answer.allocations,
        next=answer.next_page_token,
        query=urlencode({"year": year, "agency": agency}),
        years=[(one, one) for one in finding.years(reader)],
        agencies=await finding.agencies(reader),
        titles=await finding.titles(reader, (one.agency for one in answer.allocations)),
        request_id=str(uuid4()),
        **_words(reader),
    )


@router.get("/new")
async def begin(request: Request, reader: OfReporter) -> Response:
    today = formats.local(reader.call.now).date()
    day = formats.slashed(today.isoformat())
    said = {"day": day, "year": str(today.year), "level": "2", "group": "domestic"}
    return await _form(request, reader, Typed(said))


@router.post("/new")
async def record(request: Request, reader: OfReporter) -> Response:
    typed, words = await sent(request), reader.words
    amount, year = typed.amount("amount", words), typed.number("year", words)
    if not typed.wrong:
        line = Allocation(
            **typed.texts(*TEXTS),
            flow=names.flow_of(typed.of("group")),
            level=BudgetLevel.ValueType(typed.number("level", words)),
            year=year,
            amount=amount,
        )
        asked = RecordAllocationsRequest(allocations=[line], request_id=typed.of("request_id"))
        try:
            await reader.call.peer(AllocationsServiceStub).RecordAllocations(asked)
            return RedirectResponse(f"/budget/plan?year={year}", 303)
        except DomainError as refusal:
            typed.refused(refusal, words)
    return await _form(request, reader, typed)


@router.post("/{allocation}/correct")
async def correct(request: Request, reader: OfReporter, allocation: UUID) -> Response:
    """What was sent comes back with what is wrong with it."""
    typed = await sent(request)
    amount = typed.amount("amount", reader.words)
    if not typed.wrong:
        asked = CorrectAllocationRequest(
            name=f"allocations/{allocation}",
            etag=typed.of("etag"),
            amount=amount,
            reason=typed.of("reason").strip(),
            request_id=typed.of("request_id"),
        )
        try:
            made = await reader.call.peer(AllocationsServiceStub).CorrectAllocation(asked)
            return RedirectResponse(f"/budget/plan?year={made.year}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return _correcting(request, typed, allocation)


async def _form(request: Request, reader: Reader, typed: Typed) -> Response:
    return views.page(
        request,
        "budget/plan_form.html",
        status=typed.status,
        here="budget",
        typed=typed,
        mine=await finding.mine(reader),
        years=[(one, one) for one in finding.years(reader)],
        request_id=str(uuid4()),
        **_words(reader),
    )


def _correcting(request: Request, typed: Typed, allocation: UUID) -> Response:
    return views.page(
        request,
        "budget/correct.html",
        status=typed.status,
        here="budget",
        typed=typed,
        back=f"/budget/plan?year={typed.of('year')}",
        address=f"/budget/plan/{allocation}/correct",
        request_id=str(uuid4()),
    )


def _words(reader: Reader) -> dict[str, Any]:
    return {
        "flows": names.flows(reader.words),
        "levels": names.levels(reader.words),
        "groups": names.groups(reader.words),
        "slashed": formats.slashed,
        "writing": "reporter" in reader.roles,
    }
