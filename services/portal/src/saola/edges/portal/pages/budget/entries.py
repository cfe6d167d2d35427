"""Entries of revenue and expenditure: searched, sorted, page by page."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from saola.apis.budget.v1.entries_pb2 import Flow, ListEntriesRequest
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.edges.portal import formats, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.budget import finding, spelling
from saola.edges.portal.readers import OfBudget

router = APIRouter(prefix="/entries", route_class=Page)
FLOWS = {"1": Flow.FLOW_REVENUE, "2": Flow.FLOW_EXPENDITURE}


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
        **spelling.of_entries(reader),
    )
