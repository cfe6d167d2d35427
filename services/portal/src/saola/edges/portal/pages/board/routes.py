"""The live board, its fragment, and what one agency owes on the day."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from saola.apis.warehouse.v1.obligations_pb2 import Board, ListExpectedReportsRequest
from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Language, words
from saola.edges.portal.pages.board.view import shown
from saola.edges.portal.pages.reports.view import line
from saola.edges.portal.readers import OfReader

router = APIRouter(prefix="/board", route_class=Page)
MANY = 64  # fragments that are kept: those of one moment, by what eyes see


@lru_cache(MANY)
def drawn(template: str, language: Language, board: bytes) -> views.Drawn:
    """A fragment that shows nothing but the board. Who is told the same is shown the same: at the
    word of one report, a hundred open boards ask at once.
    """
    found = shown(Board.FromString(board), words(language))
    return views.draw(language, template, board=found)


def packed(board: Board) -> bytes:
    return board.SerializeToString(deterministic=True)


@router.get("")
async def board(request: Request, reader: OfReader) -> Response:
    found = shown(await peers.board(reader.call), reader.words)
    return views.page(request, "board/page.html", here="board", board=found)


@router.get("/cells")
async def cells(request: Request, reader: OfReader) -> Response:
    found = await peers.board(reader.call)
    return views.show(request, drawn("board/cells.html", reader.words.language, packed(found)))


@router.get("/strip")
async def strip(request: Request, reader: OfReader) -> Response:
    """The board in brief, for the overview."""
    found = await peers.board(reader.call)
    return views.show(request, drawn("board/strip.html", reader.words.language, packed(found)))


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
        agency=agency,
        title=answer.reports[0].agency_title if answer.reports else "",
        lines=[line(one, reader.words, reader.call.now) for one in answer.reports],
        next=answer.next_page_token,
    )
