"""Entries of revenue and expenditure: searched, sorted, page by page; recorded and corrected."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from saola.apis.budget.v1.entries_pb2 import (
    BudgetLevel,
    CorrectEntryRequest,
    Entry,
    Flow,
    GetEntryRequest,
    ListEntriesRequest,
    RecordEntriesRequest,
)
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.pages.budget.typed import Typed, sent
from saola.edges.portal.readers import OfBudget, OfReporter, Reader
from saola.kit.errors import DomainError

router = APIRouter(prefix="/entries", route_class=Page)
FLOWS = {"1": Flow.FLOW_REVENUE, "2": Flow.FLOW_EXPENDITURE}
TEXTS = ("agency", "day", "chapter", "sector", "item", "area", "document")


class Wanted(BaseModel):
    """Which entries; `sort`: `day`, `-day`, `amount`, `-amount`."""

    q: str = ""
    flow: str = ""
    chapter: str = ""
    first_day: str = ""
    end_day: str = ""
    agency: str = ""
    sort: str = "-day"


OfQuery = Annotated[Wanted, Query()]


def asked_for(wanted: Wanted, size: int, page: str) -> ListEntriesRequest:
    return ListEntriesRequest(
        page_size=size,
        page_token=page,
        agency=wanted.agency,
        flow=FLOWS.get(wanted.flow, Flow.FLOW_UNSPECIFIED),
        chapter=wanted.chapter.strip(),
        query=wanted.q.strip(),
        first_day=formats.unslashed(wanted.first_day),
        end_day=formats.unslashed(wanted.end_day),
        ascending=not wanted.sort.startswith("-"),
        by_amount=wanted.sort.removeprefix("-") == "amount",
    )


@router.get("")
async def entries(
    request: Request,
    reader: OfBudget,
    wanted: OfQuery,
    page: Annotated[str, Query()] = "",
) -> Response:
    which, sort = wanted.model_dump(exclude={"sort"}), wanted.sort
    asked = asked_for(wanted, 50, page)
    answer = await reader.call.peer(EntriesServiceStub).ListEntries(asked)
    return views.page(
        request,
        "budget/entries.html",
        here="budget",
        tab="entries",
        **which,
        sort=sort,
        lines=answer.entries,
        next=answer.next_page_token,
        query=urlencode({key: value for key, value in which.items() if value}),
        agencies=await finding.agencies(reader),
        titles=await finding.titles(reader, (one.agency for one in answer.entries)),
        **_words(reader),
    )


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
        **_words(reader),
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
        **_words(reader),
    )


def _words(reader: Reader) -> dict[str, Any]:
    return {
        "flows": names.flows(reader.words),
        "levels": names.levels(reader.words),
        "columns": names.columns(reader.words),
        "slashed": formats.slashed,
        "writing": "reporter" in reader.roles,
    }
