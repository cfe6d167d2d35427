"""A figure broken down: by agencies or by areas, ranked, with those that have not reported."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row

from saola.directory import areas
from saola.directory import queries as directory
from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.names import id_of
from saola.kit.paging import read_token, size_of, token_of
from saola.periods.periods import Period
from saola.services.warehouse.domain.comparisons import ranked
from saola.services.warehouse.domain.glances import Figure, RankBy
from saola.services.warehouse.domain.measures import REST, Groups, Measure
from saola.services.warehouse.queries.figures.shown import Asked, board


class Named(NamedTuple):
    """What a part is called."""

    title: str = ""
    code: str = ""


class Part(NamedTuple):
    """One part: of an agency, of an area, or of all that lie in no area."""

    key: str
    named: Named
    figure: Figure | None
    rank: int
    expected: int

    @property
    def reported(self) -> bool:
        return self.figure is not None and self.figure.sums.reporters > 0


class Breakdown(NamedTuple):
    """All parts of a figure, best first."""

    period: Period | None
    parts: Sequence[Part]


async def by_agency(unit: ReadUnit, measure: Measure, asked: Asked, rank_by: RankBy) -> Breakdown:
    found = await (await board(unit, asked)).parts(measure, Groups())
    keys = {key for key, figure in found.figures.items() if _reported(figure)}
    keys |= {str(agency) for agency in found.owing}
    titles = await directory.titles(unit, [UUID(key) for key in keys])
    names = {str(id): Named(of.title, of.code) for id, of in titles.items()}
    expected = dict.fromkeys(map(str, found.owing), 1)
    parts = _ranked(
        measure, {key: found.figures.get(key) for key in keys}, names, expected, rank_by
    )
    return Breakdown(found.period, parts)


async def by_area(unit: ReadUnit, measure: Measure, asked: Asked, rank_by: RankBy) -> Breakdown:
    """Each area directly below the one that is asked for, all of them for a map."""
    below = await _below(unit, asked)
    in_area = await areas.agencies_in(unit, [area.id for area in below], asked.as_of)
    groups = Groups({agency: str(area) for agency, area in in_area.items()})
    found = await (await board(unit, asked)).parts(measure, groups)
    expected = dict[str, int]()
    for agency in found.owing:
        key = groups.key(agency)
        expected[key] = expected.get(key, 0) + 1
    names = {str(area.id): Named(area.title, area.code) for area in below}
    keys = {
        str(area.id)
        for area in below
        if found.period
        and area.valid_from <= found.period.last
        and (area.valid_to is None or area.valid_to > found.period.begin)
    }
    keys |= {key for key, figure in found.figures.items() if key in names}
    keys |= {key for key in (REST,) if key in found.figures and _reported(found.figures[key])}
    keys |= expected.keys()
    parts = _ranked(
        measure, {key: found.figures.get(key) for key in keys}, names, expected, rank_by
    )
    return Breakdown(found.period, parts)


def _reported(figure: Figure) -> bool:
    """Now, the period before or a year ago: who only has a plan has it for those below."""
    return any(one.reporters for one in (figure.sums, figure.previous, figure.year_before))


async def _below(unit: ReadUnit, asked: Asked) -> Sequence[Row[Any]]:
    if asked.area:
        id = id_of("areas", asked.area)
        if await areas.area(unit, id) is None:
            raise NotFound(name=asked.area)
        return await areas.children(unit, id, asked.as_of)
    roots = await areas.children(unit, None, asked.as_of)
    return await areas.children(unit, roots[0].id, asked.as_of) if len(roots) == 1 else roots


def _ranked(
    measure: Measure,
    figures: Mapping[str, Figure | None],
    names: Mapping[str, Named],
    expected: Mapping[str, int],
    by: RankBy,
) -> Sequence[Part]:
    """Best first, equals by name; then what has no rank, and last what has not come."""
    ranks = ranked(
        {key: by.of(figure) for key, figure in figures.items() if figure and key != REST},
        measure.direction,
    )
    parts = [
        Part(key, names.get(key, Named()), figure, ranks.get(key, 0), expected.get(key, 0))
        for key, figure in figures.items()
    ]
    return sorted(
        parts, key=lambda part: (not part.rank, part.rank, not part.reported, part.named, part.key)
    )


def some(parts: Sequence[Part], size: int, token: str) -> tuple[Sequence[Part], str]:
    """One page: those after the one that the token names, which may have moved meanwhile."""
    size, start = size_of(size), 0
    if token:
        place, key = read_token(token, int, str)
        keys = [part.key for part in parts]
        start = keys.index(key) + 1 if key in keys else max(place, 0)
    shown = parts[start : start + size]
    more = start + size < len(parts)
    return shown, token_of(start + size, shown[-1].key) if more else ""
