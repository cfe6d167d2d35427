"""What the pages of an indicator have in common: finding it, its figure, its parts, its reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from saola.apis.warehouse.v1.figures_pb2 import GetSeriesRequest, ListBreakdownRequest, Series
from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from saola.apis.warehouse.v1.observations_pb2 import Figure, ListObservationsRequest, Observation
from saola.edges.portal import maps, peers
from saola.edges.portal.asking import Asking
from saola.edges.portal.pages.indicators.view import counted
from saola.edges.portal.rankings import Ranked, Ranking, may_be_mapped, measured_by, ranking
from saola.edges.portal.readers import Reader
from saola.kit.errors import NotFound

FEWEST: Final = 2  # areas that make a breakdown
By: TypeAlias = ListBreakdownRequest.By.ValueType
AREA: Final = ListBreakdownRequest.BY_AREA
AGENCY: Final = ListBreakdownRequest.BY_AGENCY


@dataclass(frozen=True)
class Broken:
    """A figure by areas or by agencies; `both`: whether there are areas too."""

    ranking: Ranking
    by: By
    both: bool


async def indicator(reader: Reader, code: str) -> Indicator:
    """By its code, which is what addresses name it by."""
    for one in await peers.find_indicators(reader.call, code, 1000):
        if one.code == code:
            return one
    raise NotFound(name=code)


async def figure(reader: Reader, of: Indicator, asked: Asking) -> Figure:
    found = await peers.figures(reader.call, indicator=of.name, **asked.of)
    if not found:
        raise NotFound(name=of.code)
    return found[0]


async def series(reader: Reader, of: Figure, asked: Asking) -> Series:
    request = GetSeriesRequest(indicator=of.indicator, count=counted(of.period_type), **asked.of)
    return await peers.series(reader.call, request)


async def broken(reader: Reader, of: Figure, asked: Asking) -> Broken:
    """By areas, unless there are none or one asks for agencies."""
    rank_by = measured_by(of)
    areas: Ranking | None = None
    if not asked.agency and not asked.area:
        areas = await _parts(reader, of, asked, AREA, rank_by)
    several = areas is not None and sum(1 for row in areas.rows if row.expected) >= FEWEST
    if areas is not None and several and asked.by != "agency":
        return Broken(areas, AREA, both=True)
    return Broken(await _parts(reader, of, asked, AGENCY, rank_by), AGENCY, both=several)


async def outlines(reader: Reader, of: Figure, broken: Broken) -> Mapping[str, str] | None:
    """Of the areas, where the figure may be put on a map."""
    if broken.by != AREA or not may_be_mapped(of, broken.ranking.by):
        return None
    there = {row.key for row in broken.ranking.rows}
    known = await peers.attempt(peers.areas(reader.call)) or []
    areas = [one for one in known if one.name in there and (one.latitude or one.longitude)]
    return await maps.outlines(reader.call, areas) if len(areas) >= FEWEST else None


async def _parts(reader: Reader, of: Figure, asked: Asking, by: By, rank: Ranked) -> Ranking:
    request = ListBreakdownRequest(
        indicator=of.indicator, by=by, rank_by=rank, page_size=1000, **_at(of, asked)
    )
    return ranking(await peers.breakdown(reader.call, request), of, rank, reader.words)


def _at(of: Figure, asked: Asking) -> dict[str, Any]:
    """The period that the figure is of, not the latest of each part."""
    found = asked.of
    found.pop("period_type", None)
    return found | ({"period": of.period} if of.period else {})


async def observations(reader: Reader, of: Figure, asked: Asking) -> list[Observation]:
    """What an agency has said about it, the latest first."""
    request = ListObservationsRequest(indicator=of.indicator, agency=asked.agency, page_size=100)
    if asked.moment is not None:
        request.as_of.CopyFrom(asked.moment)
    return await peers.observations(reader.call, request)
