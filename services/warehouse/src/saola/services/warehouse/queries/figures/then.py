"""What was reported, added up out of the observations as they were known at a time: the past."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import text

from saola.kit.call import ReadUnit
from saola.kit.database import Compiled
from saola.periods.local import local_day
from saola.periods.periods import EARLIEST, LATEST, Period, PeriodType
from saola.services.warehouse.domain.measures import WHOLE, Found, Groups, Latest, Measure, Wanted
from saola.services.warehouse.domain.reorganisations import Merger, mergers
from saola.services.warehouse.domain.rollups import Cell, Said, cells, direct, over
from saola.services.warehouse.domain.submissions import COUNTS
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.queries import forms
from saola.services.warehouse.queries.obligations import closings

# What reports have said about indicators, each value with the moment at which its report came, as
# it was known at a time: not as it is kept added up, but out of the rows themselves.
THEN = """
    select o.agency, o.indicator, o.period, o.submission, o.status, o.value, o.number,
        came.at as came_at
    from submissions s
    cross join lateral (
        select c.action from changes c
        where c.agency = s.agency and c.submission = s.id and c.at <= :as_of
            and c.action = any(:moves)
        order by c.version desc limit 1
    ) as last
    cross join lateral (
        select coalesce(v.submitted_at, v.at) as at from verdicts v
        where v.agency = s.agency and v.submission = s.id and v.at <= :as_of
        order by v.version desc limit 1
    ) as came
    join observations o on o.agency = s.agency and o.submission = s.id
    where s.form = any(cast(:forms as uuid[])) and s.begins between :first and :last {within}
        and last.action = any(:counting)
        and o.indicator = any(cast(:indicators as uuid[])) and o.recorded_at <= :as_of
        and (o.superseded_at is null or o.superseded_at > :as_of) and o.status <> :withdrawn
"""
YEARS_BACK: Final = 2  # how far the latest is looked for at first
WITHIN: Final = "and s.agency = any(cast(:within as uuid[]))"
OF_ALL, OF_SOME = (Compiled(text(THEN.format(within=few))) for few in ("", WITHIN))


class Then:
    """What was reported, added up out of the observations as they were known: the past.

    It answers what `queries.figures.kept.Kept` answers.
    """

    def __init__(self, unit: ReadUnit, as_of: datetime, within: Sequence[UUID] | None) -> None:
        self._unit, self._as_of, self._within = unit, as_of, within
        # By indicator and agency; and from which day on all is read.
        self._cells = dict[UUID, dict[UUID, dict[Period, Cell]]]()
        self._since = dict[UUID, date]()
        self._mergers: Mapping[UUID, Merger] = {}

    async def latest(self, indicators: Collection[UUID]) -> Mapping[UUID, Latest]:
        today = local_day(self._as_of)
        await self._load(dict.fromkeys(indicators, date(today.year - YEARS_BACK, 1, 1)))
        await self._load({id: EARLIEST for id in indicators if not self._cells[id]})
        found = dict[UUID, Latest]()
        for id in indicators:
            periods, reported = dict[PeriodType, Period](), set[PeriodType]()
            every = [one for of in self._cells[id].values() for one in of.items()]
            for period, _ in every:
                periods[period.type] = max(period, periods.get(period.type, period))
            for period, cell in every:
                if cell.direct and periods[period.type] == period:
                    reported.add(period.type)
            if periods:
                found[id] = Latest(periods, reported)
        return found

    async def read(
        self,
        measures: Mapping[UUID, Measure],
        wanted: Iterable[Wanted],
        by: Groups | None = None,
        *,
        brief: bool = False,
    ) -> Mapping[Wanted, Mapping[str, Found]]:
        """As of `Kept`; nothing is saved by being `brief` here."""
        _ = brief
        every = list(wanted)
        closed = await closings.of(self._unit, as_of=self._as_of)
        self._mergers = mergers(closed, local_day(self._as_of))
        since = dict[UUID, date]()
        for one in every:
            for source in measures[one.measure].sources:
                since[source.id] = min(one.periods[0].begin, since.get(source.id, LATEST))
        await self._load(since)
        return {one: self._found(measures[one.measure], one, by) for one in every}

    def _found(self, measure: Measure, asked: Wanted, by: Groups | None) -> Mapping[str, Found]:
        sources = [self._cells[source.id] for source in measure.sources]
        grouped = dict[str, list[tuple[Cell, ...]]]()
        for agency in set[UUID]().union(*sources):
            key = by.key(agency) if by else WHOLE
            cells = [self._cell(source, agency, asked.periods) for source in sources]
            known = [cell for cell in cells if cell is not None]
            paired = len(known) == len(sources) and (
                measure.is_simple(asked) or all(cell.total is not None for cell in known)
            )
            if paired:
                grouped.setdefault(key, []).append(tuple(known))
        return {key: measure.found(cells) for key, cells in grouped.items()}

    def _cell(
        self, said: Mapping[UUID, Mapping[Period, Cell]], agency: UUID, periods: Sequence[Period]
    ) -> Cell | None:
        found, merger = over(said.get(agency, {}), periods), self._mergers.get(agency)
        if found and merger and merger.is_told(said, periods):
            return replace(found, last=None)
        return found

    async def _load(self, since: Mapping[UUID, date]) -> None:
        """Reads what was not read before."""
        new = {id: day for id, day in since.items() if day < self._since.get(id, LATEST)}
        measuring = await forms.measuring(self._unit, new) if new else ()
        for first in set(new.values()):
            wanted = {
                id: [row.form for row in measuring if row.indicator == id]
                for id, day in new.items()
                if day == first
            }
            self._cells |= {id: {} for id in wanted}
            self._since |= dict.fromkeys(wanted, first)
            span = Span(first, local_day(self._as_of), self._as_of, self._within)
            found = await said_then(self._unit, wanted, span)
            for (agency, indicator), said in found.items():
                reported = {period: direct(values) for period, values in said.items()}
                self._cells[indicator][agency] = cells(reported)


class Span(NamedTuple):
    """Periods that begin on these days, of agencies that may be few, as of a moment."""

    first: date
    last: date
    as_of: datetime
    within: Sequence[UUID] | None = None


async def said_then(
    unit: ReadUnit,
    wanted: Mapping[UUID, Collection[UUID]],
    span: Span,
) -> Mapping[tuple[UUID, UUID], Mapping[Period, Sequence[Said]]]:
    """By agency and indicator what was said for each period that begins in a span of time.

    `wanted` has the forms by which each indicator is reported.
    """
    given: dict[str, Any] = {
        "as_of": span.as_of,
        "moves": [str(move) for move in COUNTS],
        "counting": [str(move) for move, counts in COUNTS.items() if counts],
        "withdrawn": Status.WITHDRAWN.value,
        "forms": list({form for forms in wanted.values() for form in forms}),
        "indicators": list(wanted),
        "first": span.first,
        "last": span.last,
    }
    statement = OF_ALL
    if span.within is not None:
        statement, given["within"] = OF_SOME, list(span.within)
    found = dict[tuple[UUID, UUID], dict[Period, list[Said]]]()
    for agency, indicator, period, *said in await unit.fetch(statement, **given):
        submission, status, value, number, came_at = said
        periods = found.setdefault((agency, indicator), {})
        one = Said(submission, Status(status), value, number, came_at)
        periods.setdefault(Period.read(period), []).append(one)
    return found
