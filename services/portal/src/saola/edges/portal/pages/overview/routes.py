"""The first page: what stands how, in one sentence, six figures, nine fields, a map and a board."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import peers, views
from saola.edges.portal.edge import Edge, OfEdge
from saola.edges.portal.glances import glance
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.board.view import shown
from saola.edges.portal.pages.overview import view
from saola.edges.portal.pages.overview.ranks import ranks, title
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(route_class=Page)


@router.get("/")
async def overview(request: Request, reader: OfReader, edge: OfEdge) -> Response:
    board, found = await asyncio.gather(
        peers.attempt(peers.board(reader.call)), _found(reader, edge)
    )
    seen = None if board is None else shown(board, reader.words)
    return views.page(request, "overview/page.html", here="overview", board=seen, **found)


@router.get("/overview")
async def part(request: Request, reader: OfReader, edge: OfEdge) -> Response:
    return views.page(request, "overview/figures.html", **await _found(reader, edge))


@router.get("/overview/map")
async def map_of(request: Request, reader: OfReader, edge: OfEdge) -> Response:
    """The ranking with its map, once the map is drawn."""
    figures = await peers.figures(reader.call, series=0)
    found = await _ranks(reader, edge, figures, wait=True)
    return views.page(request, "overview/map.html", **found)


async def _found(reader: Reader, edge: Edge) -> dict[str, Any]:
    words, pinned = reader.words, edge.settings.headlines
    figures = await peers.attempt(peers.figures(reader.call, series=0))
    if figures is None:
        return dict.fromkeys(("lines", "ranks", "map_title"), None) | {"now": reader.call.now}
    chosen = view.chosen(figures, pinned)
    with_series, ranked = await asyncio.gather(
        peers.attempt(peers.some_figures(reader.call, [one.indicator for one in chosen])),
        _ranks(reader, edge, figures, wait=False),
    )
    there = {one.code: one for one in with_series or ()}
    lines = view.lines(figures, pinned, words)
    return {
        "tiles": [glance(there.get(one.code, one), words) for one in chosen],
        "lines": lines,
        "sentence": view.sentence(lines, figures, words),
        "now": reader.call.now,
        **ranked,
    }


async def _ranks(
    reader: Reader, edge: Edge, figures: list[Figure], *, wait: bool
) -> dict[str, Any]:
    figure = view.mapped(figures, edge.settings.mapped)
    found = None if figure is None else await ranks(reader, figure, wait=wait)
    return {"ranks": found, "map_title": "" if found is None else title(found, reader.words)}
