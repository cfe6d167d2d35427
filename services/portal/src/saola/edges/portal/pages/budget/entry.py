"""One entry: recorded, shown, corrected."""

from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from saola.apis.budget.v1.entries_pb2 import (
    BudgetLevel,
    CorrectEntryRequest,
    Entry,
    Flow,
    GetEntryRequest,
    RecordEntriesRequest,
)
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding, spelling
from saola.edges.portal.readers import OfBudget, OfReporter, Reader
from saola.edges.portal.typed import Typed, sent
from saola.kit.errors import DomainError

router = APIRouter(prefix="/entries", route_class=Page)
TEXTS = ("agency", "day", "chapter", "sector", "item", "area", "document")


@router.get("/new")
async def begin(request: Request, reader: OfReporter) -> Response:
    today = formats.slashed(formats.local(reader.call.now).date().isoformat())
    return await _form(request, reader, Typed({"day": today, "flow": "1", "level": "2"}))


@router.post("/new")
async def record(request: Request, reader: OfReporter) -> Response:
    typed, words = await sent(request), reader.words
    amount = typed.amount("amount", words)
    if not typed.wrong:
        entry = Entry(
            **typed.texts(*TEXTS),
            flow=Flow.ValueType(typed.number("flow", words)),
            level=BudgetLevel.ValueType(typed.number("level", words)),
            amount=amount,
        )
        asked = RecordEntriesRequest(entries=[entry], request_id=typed.of("request_id"))
        try:
            made = await reader.call.peer(EntriesServiceStub).RecordEntries(asked)
            return RedirectResponse(f"/budget/{made.entries[0].name}", 303)
        except DomainError as refusal:
            typed.refused(refusal, words)
    return await _form(request, reader, typed)


@router.get("/{entry}")
async def show(request: Request, reader: OfBudget, entry: UUID) -> Response:
    return await _shown(request, reader, entry, Typed())


@router.post("/{entry}")
async def correct(request: Request, reader: OfReporter, entry: UUID) -> Response:
    """Another amount in its place; nought takes it back. The page of the new one follows."""
    typed = await sent(request)
    amount = typed.amount("amount", reader.words)
    if not typed.wrong:
        asked = CorrectEntryRequest(
            name=f"entries/{entry}",
            etag=typed.of("etag"),
            amount=amount,
            reason=typed.of("reason").strip(),
            request_id=typed.of("request_id"),
        )
        try:
            made = await reader.call.peer(EntriesServiceStub).CorrectEntry(asked)
            return RedirectResponse(f"/budget/{made.name}", 303)
        except DomainError as refusal:
            typed.refused(refusal, reader.words)
    return await _shown(request, reader, entry, typed)


async def _form(request: Request, reader: Reader, typed: Typed) -> Response:
    return views.page(
        request,
        "budget/entry_form.html",
        status=typed.status,
        here="budget",
        typed=typed,
        mine=await finding.mine(reader),
        request_id=str(uuid4()),
        **spelling.of_entries(reader),
    )


async def _shown(request: Request, reader: Reader, entry: UUID, typed: Typed) -> Response:
    stub = reader.call.peer(EntriesServiceStub)
    found = await stub.GetEntry(GetEntryRequest(name=f"entries/{entry}"))
    titles = await finding.titles(reader, [found.agency])
    return views.page(
        request,
        "budget/entry.html",
        status=typed.status,
        here="budget",
        of=found,
        typed=typed,
        agency=titles[found.agency],
        areas=await finding.areas(reader),
        request_id=str(uuid4()),
        **spelling.of_entries(reader),
    )
