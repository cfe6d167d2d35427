"""The map of the overview and the ranking beside it: one figure, by areas or else by agencies."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from saola.apis.identity.v1.areas_pb2 import Area
from saola.apis.warehouse.v1.figures_pb2 import ListBreakdownRequest, ListBreakdownResponse
from saola.apis.warehouse.v1.observations_pb2 import Figure
from saola.edges.portal import maps, peers
from saola.edges.portal.i18n import Words
from saola.edges.portal.rankings import Ranking, may_be_mapped, measured_by, ranking
from saola.edges.portal.readers import Reader

FEWEST = 3  # areas of which a map says more than a list


@dataclass(frozen=True)
class Ranks:
    """`drawing`: there will be a map; it is being drawn."""

    figure: Figure
    ranking: Ranking
    areas: Sequence[Area]
    drawing: bool = False
    map: str = ""


async def ranks(reader: Reader, figure: Figure, *, wait: bool = False) -> Ranks | None:
    """Nothing where it cannot be broken down, or nobody answers."""
    call, words, by = reader.call, reader.words, measured_by(figure)
    by_area, areas = await asyncio.gather(
        peers.attempt(peers.breakdown(call, _asked(figure, by, ListBreakdownRequest.BY_AREA))),
        peers.attempt(peers.areas(call)),
    )
    if by_area is not None and sum(1 for part in by_area.parts if part.area) >= FEWEST:
        found = ranking(by_area, figure, by, words)
        return await _on_map(reader, Ranks(figure, found, shown(by_area, areas or [])), wait=wait)
    asked = _asked(figure, by, ListBreakdownRequest.BY_AGENCY)
    by_agency = await peers.attempt(peers.breakdown(call, asked))
    if by_agency is None:
        return None
    return Ranks(figure, ranking(by_agency, figure, by, words), [])


async def _on_map(reader: Reader, of: Ranks, *, wait: bool) -> Ranks:
    if len(of.areas) < FEWEST or not may_be_mapped(of.figure, of.ranking.by):
        return of
    paths = maps.ready(of.areas)
    if paths is None and wait:
        paths = await maps.outlines(reader.call, of.areas)
    if paths is None:
        return Ranks(of.figure, of.ranking, of.areas, drawing=True)
    label = reader.words._("Map of the areas; the ranking beside it says the same")
    drawn = maps.picture(paths, of.ranking.tints(), label)
    return Ranks(of.figure, of.ranking, of.areas, map=drawn)


def shown(answer: ListBreakdownResponse, areas: Sequence[Area]) -> list[Area]:
    """Of the areas those in the answer whose centre is known."""
    there = {part.area for part in answer.parts if part.area}
    return [one for one in areas if one.name in there and (one.latitude or one.longitude)]


def title(of: Ranks, words: Words) -> str:
    _, name = words._, words.either(of.figure.title_vi, of.figure.title_en)
    if of.ranking.by == ListBreakdownRequest.RANK_BY_PLAN:
        return _("%(name)s, share of the plan", name=name)
    if of.ranking.by == ListBreakdownRequest.RANK_BY_YEAR_BEFORE:
        return _("%(name)s, change on a year ago", name=name)
    return name


def _asked(
    figure: Figure,
    by: ListBreakdownRequest.RankBy.ValueType,
    what: ListBreakdownRequest.By.ValueType,
) -> ListBreakdownRequest:
    return ListBreakdownRequest(
        indicator=figure.indicator, by=what, rank_by=by, period=figure.period, page_size=1000
    )
