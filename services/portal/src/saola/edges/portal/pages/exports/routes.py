"""The files of tables and lines. They are written in a worker process, and never kept."""

from typing import Annotated, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.exceptions import HTTPException

from saola.edges.portal import fields, lines, peers
from saola.edges.portal.asking import Asked, Asking
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.exports import contents
from saola.edges.portal.pages.exports.tables import Table, written
from saola.edges.portal.pages.indicators import finding, view
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(prefix="/exports", route_class=Page)
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
}


def _of_whom(
    asked: Asked,
    agency: Annotated[UUID | None, Query()] = None,
    area: Annotated[UUID | None, Query()] = None,
) -> Asking:
    return asked.within(agency, area)


AskedOf = Annotated[Asking, Depends(_of_whom)]


@router.get("/fields/{field}.{kind}")
async def of_field(reader: OfReader, asked: Asked, field: str, kind: str) -> Response:
    figures = await peers.figures(reader.call, series=0, field=field, **asked.of)
    title = fields.title(field, reader.words)
    return await _table(reader, contents.of_field(title, figures, asked, reader.words), kind)


@router.get("/indicators/{code}/{what}.{kind}")
async def of_indicator(
    reader: OfReader, asked: AskedOf, code: str, what: str, kind: str
) -> Response:
    words = reader.words
    of = await finding.indicator(reader, code)
    figure = await finding.figure(reader, of, asked)
    title = words.either(of.title_vi, of.title_en)
    if what == "parts":
        broken = await finding.broken(reader, figure, asked)
        rows = view.sort(broken.ranking.rows, asked.order, down=asked.down)
        period = broken.ranking.period
        return await _table(reader, contents.of_parts(title, rows, asked, period, words), kind)
    if what != "series":
        raise HTTPException(404)
    series = await finding.series(reader, figure, asked)
    if kind == "svg":
        chart = view.over_time(series, words)
        if not chart.lines:
            raise HTTPException(404)
        drawn = lines.file(chart, title, of.unit, words.language)
        return _file(drawn.encode(), title, kind)
    return await _table(reader, contents.of_series(title, series, asked, words), kind)


async def _table(reader: Reader, table: Table, kind: str) -> Response:
    if kind not in ("csv", "xlsx"):
        raise HTTPException(404)
    return _file(await reader.call.work(written, table, kind), table.title, kind)


def _file(content: bytes, title: str, kind: str) -> Response:
    """To be saved, never shown: what it says came from others."""
    named = quote(f"{title}.{kind}")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{named}",
        "cache-control": "private, no-store",
    }
    return Response(content, media_type=TYPES[kind], headers=headers)
