"""The first page: who has sent, and the figures at a glance."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from saola.edges.portal import peers, views
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.board.view import shown
from saola.edges.portal.pages.overview.view import groups, sentence
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(route_class=Page)


@router.get("/")
async def overview(request: Request, reader: OfReader) -> Response:
    found = await _found(reader)
    return views.page(request, "overview/page.html", here="overview", **found)


@router.get("/overview")
async def part(request: Request, reader: OfReader) -> Response:
    return views.page(request, "overview/figures.html", **await _found(reader))


async def _found(reader: Reader) -> dict[str, Any]:
    board, figures = await asyncio.gather(
        peers.attempt(peers.board(reader.call)), peers.attempt(peers.figures(reader.call))
    )
    seen = None if board is None else shown(board, reader.words)
    return {
        "board": seen,
        "groups": None if figures is None else groups(figures, reader.words),
        "sentence": sentence(seen, figures, reader.words),
        "now": reader.call.now,
    }
