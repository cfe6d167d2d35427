"""The live board, its fragment, and what one agency owes on the day."""

from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from saola.apis.warehouse.v1.obligations_pb2 import Board, ListExpectedReportsRequest
from saola.edges.portal import peers, views
from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.guard import Page
from saola.edges.portal.i18n import Language, words
from saola.edges.portal.looks import Heard, eyes
from saola.edges.portal.pages.board.view import shown
from saola.edges.portal.pages.reports.view import line
from saola.edges.portal.readers import OfReader, Reader

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


async def looked(edge: Edge, reader: Reader, heard: str) -> bytes:
    """The board as the reader may see it, after all that they have heard of."""

    async def look() -> bytes:
        return packed(await peers.board(reader.call))

    key = "board", eyes(reader.call.caller, reader.call.language)
    return await edge.looks.ask(key, heard, look)


@router.get("")
async def board(request: Request, reader: OfReader) -> Response:
    found = shown(await peers.board(reader.call), reader.words)
    return views.page(request, "board/page.html", here="board", board=found)


@router.get("/cells")
async def cells(request: Request, edge: OfEdge, reader: OfReader, heard: Heard = "") -> Response:
    found = await looked(edge, reader, heard)
    return views.show(request, drawn("board/cells.html", reader.words.language, found))


@router.get("/strip")
async def strip(request: Request, edge: OfEdge, reader: OfReader, heard: Heard = "") -> Response:
    """The board in brief, for the overview."""
    found = await looked(edge, reader, heard)
    return views.show(request, drawn("board/strip.html", reader.words.language, found))


@router.get("/{agency}")
async def of_agency(
    request: Request, reader: OfReader, agency: str, page: Annotated[str, Query()] = ""
) -> Response:
    name = f"agencies/{agency}"
    asked = ListExpectedReportsRequest(agency=name, page_token=page)
    answer = await peers.expected(reader.call, asked)
    if answer.reports:
        title = answer.reports[0].agency_title
    else:
        title = await peers.agency_title(reader.call, name)
    return views.page(
        request,
        "board/agency.html",
        here="board",
        agency=agency,
        title=title,
        lines=[line(one, reader.words, reader.call.now) for one in answer.reports],
        next=answer.next_page_token,
    )
