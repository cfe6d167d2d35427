"""Figures as they are shown: what was reported, with its plans, and how many must report."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row

from saola.directory import areas, branches
from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.names import id_of
from saola.periods.periods import Period, PeriodType, before
from saola.services.warehouse.domain import glances
from saola.services.warehouse.domain import measures as rules
from saola.services.warehouse.domain.comparisons import counted_in
from saola.services.warehouse.domain.glances import Figure, Plan, Point
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.measures import (
    NOTHING_FOUND,
    WHOLE,
    Found,
    Groups,
    Latest,
    Measure,
    Read,
    Source,
    Wanted,
)
from saola.services.warehouse.models.indicators import light_of
from saola.services.warehouse.queries import forms, indicators, obligations, plans
from saola.services.warehouse.queries.figures.kept import Kept
from saola.services.warehouse.queries.figures.then import Then
from saola.services.warehouse.queries.obligations import Owed, Whom
from saola.services.warehouse.queries.plans import Whose


@dataclass(frozen=True)
class Asked:
    """Of whom, for when, and as of when; all empty for the latest of all that the caller sees."""

    agency: str = ""
    area: str = ""
    period: Period | None = None
    type: PeriodType | None = None
    as_of: datetime | None = None
    # How many periods a series has.
    series: int = 0


class Shown(NamedTuple):
    """A figure, and how many agencies must report what it is made of."""

    figure: Figure
    expected: int


class Parts(NamedTuple):
    """Figures of a period by key, and the agencies that must report what they are made of."""

    period: Period | None
    figures: Mapping[str, Figure]
    owing: Collection[UUID]


class Board:
    """What is read for figures that are asked for together."""

    def __init__(self, unit: ReadUnit, asked: Asked, within: Sequence[UUID] | None) -> None:
        self.unit, self.asked, self.within = unit, asked, within
        self.source: Kept | Then = Kept(unit, within)
        if asked.as_of:
            self.source = Then(unit, asked.as_of, within)

    async def figures(self, measures: Mapping[UUID, Measure]) -> Mapping[UUID, Shown]:
        """By indicator; those of which nothing was ever reported are left out."""
        latest = await self.source.latest(_sources(measures.values()))
        shown = self._periods(measures, latest)
        found = await self._read(measures, shown)
        planned = await self._plans(measures, shown)
        expected = await self.expected(measures, shown)
        return {
            id: Shown(
                glances.figure(
                    measures[id],
                    period,
                    read_of(found, WHOLE),
                    planned.get((id, WHOLE), ()),
                    self.asked.series,
                ),
                expected.get(id, 0),
            )
            for id, period in shown.items()
        }

    async def parts(self, measure: Measure, by: Groups) -> Parts:
        """One indicator for one period, broken down; and who owes reports about it."""
        measures = {measure.id: measure}
        latest = await self.source.latest(_sources([measure]))
        shown = self._periods(measures, latest)
        if measure.id not in shown:
            return Parts(None, {}, set())
        period = shown[measure.id]
        found = await self._read(measures, shown, by)
        planned = await self._plans(measures, shown, by)
        keys = {key for of in found.values() for key in of} | {key for _, key in planned}
        figures = {
            key: glances.figure(
                measure, period, read_of(found, key), planned.get((measure.id, key), ())
            )
            for key in keys
        }
        owing = await obligations.who_owe(self.unit, await self.owed(measures, shown), self._whom)
        return Parts(period, figures, owing)

    async def series(self, measure: Measure) -> tuple[Sequence[Point], Sequence[PeriodType]]:
        """The periods up to one, oldest first, and the types for which there can be any."""
        measures = {measure.id: measure}
        latest = await self.source.latest(_sources([measure]))
        types = rules.types_of(measure, latest)
        last = self._periods(measures, latest).get(measure.id)
        if last is None:
            return [], types
        periods = list(before(last, self.asked.series))
        wanted = {
            Wanted(measure.id, one) for period in periods for one in (period, period.year_before)
        }
        read = read_of(await self.source.read(measures, wanted), WHOLE)
        found = await plans.for_figures(
            self.unit, {measure.id: set(periods)}, measures, self._whose()
        )
        planned = {plan.period: plan.value for plan in found.get((measure.id, WHOLE), ())}
        return [glances.point(measure, one, read, planned.get(one)) for one in periods], types

    async def expected(
        self, measures: Mapping[UUID, Measure], shown: Mapping[UUID, Period]
    ) -> Mapping[UUID, int]:
        slots = dict(enumerate(shown))
        owed = await self.owed(measures, shown)
        found = await obligations.owing(self.unit, owed, self._whom)
        return {slots[slot]: count for slot, count in found.items()}

    async def owed(
        self, measures: Mapping[UUID, Measure], shown: Mapping[UUID, Period]
    ) -> Sequence[Owed]:
        """The reports that make up each figure: of a rate those of its numerator."""
        firsts = {id: measures[id].sources[0].id for id in shown if measures[id].sources}
        rows = await forms.measuring(self.unit, set(firsts.values()))
        found = list[Owed]()
        for slot, (id, period) in enumerate(shown.items()):
            for row in rows:
                if row.indicator == firsts.get(id):
                    found += [
                        Owed(slot, row.form, one.begin)
                        for one in _asked_by(PeriodType(row.period_type), period)
                        if row.retired_on is None or one.begin < row.retired_on
                    ]
        return found

    def _periods(
        self, measures: Mapping[UUID, Measure], latest: Mapping[UUID, Latest]
    ) -> Mapping[UUID, Period]:
        found = dict[UUID, Period]()
        for id, measure in measures.items():
            period = self.asked.period or rules.period_of(measure, latest, self.asked.type)
            if period and rules.types_of(measure, latest):
                found[id] = period
        return found

    async def _read(
        self,
        measures: Mapping[UUID, Measure],
        shown: Mapping[UUID, Period],
        by: Groups | None = None,
    ) -> Mapping[Wanted, Mapping[str, Found]]:
        wanted = set[Wanted]()
        for id, period in shown.items():
            wanted |= glances.asked_for(measures[id], period, 0 if by else self.asked.series)
        now = {Wanted(id, period) for id, period in shown.items()}
        read = self.source.read
        return {
            **await read(measures, now, by),
            **await read(measures, wanted - now, by, brief=True),
        }

    async def _plans(
        self,
        measures: Mapping[UUID, Measure],
        shown: Mapping[UUID, Period],
        by: Groups | None = None,
    ) -> Mapping[tuple[UUID, str], Sequence[Plan]]:
        wanted = {
            id: {period, Period.of(PeriodType.YEAR, period.begin)} for id, period in shown.items()
        }
        return await plans.for_figures(self.unit, wanted, measures, self._whose(by))

    @property
    def _whom(self) -> Whom:
        return Whom(self.within, self.asked.as_of)

    def _whose(self, by: Groups | None = None) -> Whose:
        return Whose(self.within, self.asked.as_of, by)


async def board(unit: ReadUnit, asked: Asked) -> Board:
    return Board(unit, asked, await _within(unit, asked))


async def _within(unit: ReadUnit, asked: Asked) -> Sequence[UUID] | None:
    """The agencies in an area that are below an agency; None for all that the caller sees."""
    found: set[UUID] | None = None
    if asked.agency:
        found = await branches.below(unit, id_of("agencies", asked.agency), asked.as_of)
    if asked.area:
        id = id_of("areas", asked.area)
        if await areas.area(unit, id) is None:
            raise NotFound(name=asked.area)
        there = set(await areas.agencies_in(unit, [id], asked.as_of))
        found = there if found is None else found & there
    return None if found is None else sorted(found)


async def measured(unit: ReadUnit, rows: Sequence[Row[Any]]) -> Mapping[UUID, Measure]:
    """Indicators, with what is reported of each."""
    parts = {id for row in rows for id in (row.numerator, row.denominator) if id}
    known = await indicators.aggregations(unit, parts) if parts else {}
    return {row.id: _measure(row, known) for row in rows}


def read_of(found: Mapping[Wanted, Mapping[str, Found]], key: str) -> Read:
    return lambda wanted: found.get(wanted, {}).get(key, NOTHING_FOUND)


def _measure(row: Row[Any], known: Mapping[UUID, Aggregation]) -> Measure:
    ids = (row.numerator, row.denominator) if row.numerator else (row.id,)
    aggregations = {**known, row.id: row.aggregation}
    return Measure(
        row.id,
        row.aggregation,
        row.direction,
        counted_in(row.unit),
        tuple(Source(id, aggregations[id]) for id in ids if id in aggregations),
        row.factor or rules.ONE,
        light_of(row),
    )


def _sources(measures: Iterable[Measure]) -> Collection[UUID]:
    return {source.id for measure in measures for source in measure.sources}


def _asked_by(type: PeriodType, period: Period) -> Sequence[Period]:
    """The periods of a form's type of which a figure's period is made."""
    return [period] if type is period.type else period.parts(type)
