"""Whether the service and the model say the same of a moment; and if not, where they differ."""

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.warehouse.tests import make
from services.warehouse.tests.model.history import History
from services.warehouse.tests.model.paper import Report, Sheet
from services.warehouse.tests.model.planning import OFFICES, share
from services.warehouse.tests.model.province import BRANCHES, PLACES
from services.warehouse.tests.model.questions import Compared, Questions, Told, tallied
from services.warehouse.tests.model.sums import KINDS, RATES, Sums, owing

from saola.periods.local import local_day
from saola.periods.periods import Period, PeriodType, before

EARLIEST = date(2026, 10, 1)
SHOWN = 12  # lines of differences
CUMULATED = {"SUM", "DISTINCT", "RATE"}
WHOLE_YEAR = {PeriodType.YEAR, PeriodType.NINE_MONTHS}
CODES = {**KINDS, **dict.fromkeys(RATES, "RATE")}


class Differs(AssertionError):
    """They do not say the same."""


@dataclass(frozen=True)
class Depth:
    """How much is asked about a moment."""

    reports: int
    figures: int
    before: timedelta = timedelta(days=45)
    after: timedelta = timedelta(days=20)


class Agreement:
    """Of one moment: what the model knows of it, and what the service answers."""

    def __init__(
        self, history: History, sheet: Sheet, as_of: datetime | None, lot: random.Random
    ) -> None:
        self._history, self._sheet, self._lot = history, sheet, lot
        self._at = as_of or history.world.now
        self._ask = Questions(history.world, history.mortal, as_of)
        self._known = history.province.known(self._at)
        self._sums = Sums(sheet, self._known.gone())
        self._owes = dict[tuple[str, Period], bool]()
        self._when = f"as of {as_of}" if as_of else f"now, {self._at}"

    async def check(self, depth: Depth) -> None:
        await self._completeness(depth)
        await self._values(depth)
        for _ in range(depth.figures):
            await self._figures(self._period(self._lot.choice(list(PeriodType))))
        for by in ("AGENCY", "AREA"):
            await self._parts(self._period(self._lot.choice(list(PeriodType))), by)
        await self._series(self._period(self._lot.choice(list(PeriodType))))

    async def _completeness(self, depth: Depth) -> None:
        today = local_day(self._at)
        first, last = today - depth.before, today + depth.after
        asked = self._sheet.asked(first, last, self._at, self._known)
        self._same(
            f"what is due from {first} to {last}",
            {key: replace(row, cells=0, filled=0) for key, row in asked.items()},
            await self._ask.owed(first, last),
        )
        branch = self._branch()
        below = self._known.below(branch)
        tally = tallied({key: row for key, row in asked.items() if key.agency in below})
        rates = await self._ask.rates(first, last, make.agency(branch))
        self._same(f"the rates of {first} to {last} below {branch}", tally, rates)
        for expected, submitted, on_time, overdue, _, cells, filled in rates.values():
            assert 0 <= on_time <= submitted <= expected
            assert submitted + overdue <= expected
            assert 0 <= filled <= cells

    async def _values(self, depth: Depth) -> None:
        names = self._history.reporting.names
        said = {
            (names[key], item): one
            for key, report in self._sheet.reports.items()
            if report.counts
            for item, one in report.says.items()
        }
        self._same("the values that count", said, await self._ask.values())
        every = list(names)
        some = self._lot.sample(every, min(depth.reports, len(every)))
        known = {key: _told(self._sheet.reports.get(key)) for key in some}
        self._same("reports", known, {key: await self._ask.report(names[key]) for key in some})

    async def _figures(self, period: Period) -> None:
        branch, place = self._branch(), self._lot.choice(PLACES)
        known = self._known
        whole = [make.agency(one) for one in OFFICES]
        scopes: list[tuple[dict[str, str], Collection[str], Collection[str]]] = [
            ({}, known.names, whole),
            ({"agency": make.agency(branch)}, known.below(branch), [make.agency(branch)]),
            ({"area": f"areas/{place}"}, self._within(place), []),
        ]
        within, agencies, offices = self._lot.choice(scopes)
        self._same(
            f"figures of {period} {within}",
            {code: self._compared(code, agencies, period, offices) for code in CODES},
            await self._ask.figures(str(period), **within),
        )

    async def _parts(self, period: Period, by: str) -> None:
        code = self._lot.choice(list(CODES))
        known = self._known
        members = (
            {name: {name} for name in known.names}
            if by == "AGENCY"
            else {f"areas/{place}": known.within(place) for place in PLACES[1:]}
        )
        expected = {}
        for name, agencies in members.items():
            figure = self._sums.figure(code, agencies, period, known.names)
            count = max(self._owing(agencies, period), figure.reporters)
            if count:
                expected[name] = figure, count
        indicator = self._history.indicators[code]
        if any(self._sums.figure(code, known.names, one).reporters for one in (period,)):
            parts = await self._ask.parts(indicator, str(period), by)
            self._same(f"{code} of {period} by {by}", expected, parts)

    async def _series(self, last: Period) -> None:
        code, count = self._lot.choice(list(CODES)), 12
        branch = self._branch()
        agencies = self._known.below(branch)
        points = [self._sums.figure(code, agencies, one) for one in before(last, count)]
        if any(point.reporters for point in points):
            found = await self._ask.series(
                self._history.indicators[code], str(last), count, agency=make.agency(branch)
            )
            self._same(f"the series of {code} to {last}", points, found)

    def _compared(
        self, code: str, agencies: Collection[str], period: Period, offices: Collection[str]
    ) -> Compared:
        """`offices` plan, and report nothing."""
        figure = self._sums.figure
        now = figure(code, agencies, period)
        cumulates = CODES[code] in CUMULATED and period.type not in WHOLE_YEAR
        so_far = self._sums.since_new_year(code, agencies, period) if cumulates else None
        year = Period.of(PeriodType.YEAR, period.begin)
        actual = {period: now.value}
        actual.setdefault(year, so_far if cumulates else now.value)
        planners = {*agencies, *offices}
        return Compared(
            now,
            figure(code, agencies, period.former).value,
            figure(code, agencies, period.year_before).value,
            so_far,
            max(self._owing(agencies, period), now.reporters) if now.reporters else 0,
            share(self._sheet, self._known, code, planners, actual) if now.reporters else None,
        )

    def _owing(self, agencies: Collection[str], period: Period) -> int:
        """How many of them must report what a figure is made of."""
        for agency in agencies:
            if (agency, period) not in self._owes:
                self._owes[agency, period] = owing(self._sheet, agency, period)
        return sum(self._owes[agency, period] for agency in agencies)

    def _branch(self) -> UUID:
        """Any agency may have others below it."""
        return self._lot.choice([*BRANCHES, self._lot.choice([*self._history.province.agencies])])

    def _within(self, place: UUID) -> Collection[str]:
        """The first place is the whole."""
        return self._known.names if place == PLACES[0] else self._known.within(place)

    def _period(self, type: PeriodType) -> Period:
        back = self._lot.choice([0, self._lot.randint(0, 20), self._lot.randint(0, 300)])
        return Period.of(type, max(local_day(self._at) - timedelta(days=back), EARLIEST))

    def _same(self, what: str, model: Any, service: Any) -> None:  # both of one kind
        if model != service:
            lines = [*_differences(model, service)]
            more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
            raise Differs("\n".join([f"{what}, {self._when}:", *lines[:SHOWN], *more]))


def _told(report: Report | None) -> Told | None:
    if report is None:
        return None
    return Told(report.state, report.says, report.came, report.on_time, report.level)


def _differences(model: Any, service: Any) -> Iterator[str]:  # both of one kind
    """A line for each that is not the same."""
    if not isinstance(model, Mapping):
        model, service = (dict(enumerate(one)) for one in (model, service))
    for key in {**model, **service}:
        if model.get(key) != service.get(key):
            yield f"  {_shown(key)}"
            yield f"    model:   {_shown(model.get(key))}"
            yield f"    service: {_shown(service.get(key))}"


def _shown(one: Any) -> str:  # whatever was compared
    return str(one).replace("datetime.datetime", "").replace("tzinfo=datetime.timezone.utc", "UTC")
