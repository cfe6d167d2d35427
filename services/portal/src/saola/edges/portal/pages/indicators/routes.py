"""The pages of one indicator: as a whole, of an area, of an agency; each as of any moment."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import fields, maps, peers, views
from saola.edges.portal.asking import Asked, Asking
from saola.edges.portal.glances import glance
from saola.edges.portal.guard import Page
from saola.edges.portal.lights import rule
from saola.edges.portal.pages.indicators import finding, view
from saola.edges.portal.readers import OfReader, Reader

router = APIRouter(prefix="/indicators", route_class=Page)


@router.get("/{code}")
async def show(request: Request, reader: OfReader, asked: Asked, code: str) -> Response:
    of = await finding.indicator(reader, code)
    found = await _found(reader, of, asked)
    return views.page(request, "indicators/page.html", here="indicators", **found)


@router.get("/{code}/areas/{area}")
async def of_area(
    request: Request, reader: OfReader, asked: Asked, code: str, area: UUID
) -> Response:
    of, title = await asyncio.gather(
        finding.indicator(reader, code), peers.area_title(reader.call, f"areas/{area}")
    )
    found = await _found(reader, of, asked.within(area=area))
    return views.page(
        request, "indicators/page.html", here="indicators", **found | {"whose": title or "–"}
    )


@router.get("/{code}/agencies/{agency}")
async def of_agency(
    request: Request, reader: OfReader, asked: Asked, code: str, agency: UUID
) -> Response:
    of, title = await asyncio.gather(
        finding.indicator(reader, code), peers.agency_title(reader.call, f"agencies/{agency}")
    )
    found = await _found(reader, of, asked.within(agency=agency))
    return views.page(
        request, "indicators/page.html", here="indicators", **found | {"whose": title or "–"}
    )


async def _found(reader: Reader, of: Indicator, asked: Asking) -> dict[str, Any]:
    words = reader.words
    figure = await finding.figure(reader, of, asked)
    series, broken = await asyncio.gather(
        finding.series(reader, figure, asked), finding.broken(reader, figure, asked)
    )
    former, later = view.neighbours(figure)
    light = figure.light if figure.HasField("light") else None
    return {
        "whose": "",
        "of": of,
        "asked": asked,
        "field": fields.title(of.field, words),
        "one": glance(figure, words),
        "big": view.told(figure.value, figure, words) if figure.value else "",
        "facts": view.facts(figure, words),
        "chart": view.over_time(series, words),
        "table": view.table(series, figure, words),
        "types": view.types(series, words),
        "type": figure.period_type,
        "former": former,
        "later": later if later <= _latest(figure, reader) else "",
        "rule": rule(light, figure.direction, words) if light is not None else "",
        "aggregation": view.aggregation(of, words),
        "broken": broken,
        "rows": view.sort(broken.ranking.rows, asked.order, down=asked.down),
        "by_agency": broken.by == finding.AGENCY,
        "drawn": await _map(reader, figure, broken),
        "reports": await _reports(reader, figure, asked, broken),
        "own": f"/indicators/{of.code}{asked.own}",
        "owner": "steward" in reader.roles,
        "now": reader.call.now,
    }


def _latest(figure: Figure, reader: Reader) -> str:
    """The period of that length in which we are: there is nothing to see beyond."""
    return view.current(figure.period_type, reader.call.now) if figure.period_type else ""


async def _map(reader: Reader, figure: Figure, broken: finding.Broken) -> dict[str, Any]:
    """The map, if it has been drawn: the overview has it drawn."""
    paths = await finding.outlines(reader, figure, broken)
    if paths is None:
        return {"map": ""}
    label = reader.words._("Map of the areas; the ranking beside it says the same")
    return {"map": maps.picture(paths, broken.ranking.tints(), label)}


async def _reports(
    reader: Reader, figure: Figure, asked: Asking, broken: finding.Broken
) -> list[view.Report]:
    """Of one agency, the reports that the figure comes from; of an area with one agency too."""
    only = asked.agency
    if not only and asked.area and len(broken.ranking.rows) == 1:
        only = broken.ranking.rows[0].key
    if not only:
        return []
    narrowed = asked.within(agency=UUID(only.removeprefix("agencies/")))
    found = await finding.observations(reader, figure, narrowed)
    names = await peers.titles_of(reader.call, [one.recorder for one in found])
    return view.reports(found, figure, names, reader.words)
