"""The presentation: the sentence with its tiles first, then one field after another."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from saola.edges.portal import peers, views
from saola.edges.portal.asking import Asked
from saola.edges.portal.edge import OfEdge
from saola.edges.portal.glances import glance
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.overview import view
from saola.edges.portal.readers import OfReader

router = APIRouter(prefix="/present", route_class=Page)
BESIDE: Final = 6  # figures of a field beside its headline


@router.get("")
async def present(
    request: Request,
    reader: OfReader,
    edge: OfEdge,
    asked: Asked,
    scene: Annotated[int, Query(ge=0, le=99)] = 0,
) -> Response:
    """All scenes at once: to go on is to show the next, and needs nobody's answer."""
    words, pinned = reader.words, edge.settings.headlines
    figures = await peers.figures(reader.call, **asked.of)
    lines = view.lines(figures, pinned, words)
    scenes = [
        (
            line,
            [
                glance(one, words)
                for one in view.ordered(figures, pinned)
                if one.field == line.key and one.code != line.headline.code
            ][:BESIDE],
        )
        for line in lines
    ]
    return views.page(
        request,
        "present/page.html",
        scene=min(scene, len(scenes)),
        scenes=scenes,
        tiles=[glance(one, words) for one in view.chosen(figures, pinned)],
        sentence=view.sentence(lines, figures, words),
        asked=asked,
        now=reader.call.now,
    )
