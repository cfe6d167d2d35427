"""The page of one field: all its indicators."""

from fastapi import APIRouter, Request, Response

from saola.edges.portal import fields, peers, views
from saola.edges.portal.asking import Asked
from saola.edges.portal.glances import glance
from saola.edges.portal.guard import Page
from saola.edges.portal.readers import OfReader
from saola.kit.errors import NotFound

router = APIRouter(prefix="/fields", route_class=Page)


@router.get("/{field}")
async def show(request: Request, reader: OfReader, asked: Asked, field: str) -> Response:
    figures = await peers.figures(reader.call, field=field, **asked.of)
    if not figures and field not in fields.SIGNS:
        raise NotFound(name=field)
    return views.page(
        request,
        "fields/page.html",
        here="overview",
        key=field,
        title=fields.title(field, reader.words),
        sign=fields.SIGNS.get(field, fields.OTHER),
        tiles=[glance(one, reader.words) for one in figures],
        asked=asked,
        now=reader.call.now,
    )
