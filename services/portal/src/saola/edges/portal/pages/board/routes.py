"""The live board, its fragment, and what one agency owes on the day."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from saola.apis.warehouse.v1.obligations_pb2 import ListExpectedReportsRequest
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.board.view import shown
from saola.edges.portal.pages.reports.view import line
from saola.edges.portal.readers import OfReader

router = APIRouter(prefix="/board", route_class=Page)


@router.get("")
async def board(request: Request, reader: OfReader) -> Response:
    found = shown(await peers.board(reader.call), reader.words)
    return views.page(request, "board/page.html", here="board", board=found)


@router.get("/cells")
async def cells(request: Request, reader: OfReader) -> Response:
    found = shown(await peers.board(reader.call), reader.words)
    return views.page(request, "board/cells.html", board=found)


@router.get("/strip")
async def strip(request: Request, reader: OfReader) -> Response:
    """The board in brief, for the overview."""
    found = shown(await peers.board(reader.call), reader.words)
    return views.page(request, "board/strip.html", board=found)


@router.get("/{agency}")
async def of_agency(
    request: Request, reader: OfReader, agency: str, page: Annotated[str, Query()] = ""
) -> Response:
    asked = ListExpectedReportsRequest(agency=f"agencies/{agency}", page_token=page)
    answer = await peers.expected(reader.call, asked)
    return views.page(
        request,
        "board/agency.html",
        here="board",
        title=answer.reports[0].agency_title if answer.reports else "",
        lines=[line(one, reader.words, reader.call.now) for one in answer.reports],
        next=answer.next_page_token,
    )
