"""The files of figures: of a field, of an indicator over time, and of its parts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.exceptions import HTTPException

from saola.edges.portal import fields, formats, lines, maps, peers
from saola.edges.portal.asking import Asked, Asking
from saola.edges.portal.guard import Page
from saola.edges.portal.pages.exports import contents
from saola.edges.portal.pages.exports.giving import given, saved
from saola.edges.portal.pages.indicators import finding, view
from saola.edges.portal.readers import OfReader

router = APIRouter(prefix="/exports", route_class=Page)


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
    return await given(reader, contents.of_field(title, figures, asked, reader.words), kind)


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
        return await given(reader, contents.of_parts(title, rows, asked, period, words), kind)
    if what == "map" and kind == "svg":
        broken = await finding.broken(reader, figure, asked)
        paths = await finding.outlines(reader, figure, broken)
        if paths is None:
            raise HTTPException(404)
        found = broken.ranking
        named = f"{title} – {formats.period(found.period, words.language)}"
        drawn = maps.file(paths, found.tints(), named, found.legend(words))
        return saved(drawn.encode(), title, kind)
    if what != "series":
        raise HTTPException(404)
    series = await finding.series(reader, figure, asked)
    if kind == "svg":
        chart = view.over_time(series, words)
        if not chart.lines:
            raise HTTPException(404)
        drawn = lines.file(chart, title, of.unit, words.language)
        return saved(drawn.encode(), title, kind)
    return await given(reader, contents.of_series(title, series, asked, words), kind)
