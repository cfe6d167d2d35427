"""What a service declares beside its tables: indicators, how they are computed, who owes them when.

Pure: no I/O, no clock. `compute` and `agencies` are given a unit that only reads.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from saola.kit.call import ReadUnit
from saola.periods.local import instant
from saola.periods.periods import Period, PeriodType
from saola.periods.windows import CALENDAR, Bounds, Window

# What an agency has to say about the days from the first to the last; None for nothing.
Compute = Callable[[ReadUnit, UUID, Bounds], Awaitable[int | Decimal | None]]
Agencies = Callable[[ReadUnit], Awaitable[Collection[UUID]]]
# How many periods before the current one an agency reports too that begins now.
Before = Callable[[ReadUnit], int]
MOST_DECIMALS: Final = 6


class Aggregation(StrEnum):
    """How figures of several agencies or days make one; the words of the warehouse."""

    SUM = "sum"
    LAST = "last"
    RATE = "rate"
    DISTINCT = "distinct"
    NONE = "none"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Indicator:
    """A line of the warehouse's dictionary. A rate is made of two others, by their codes."""

    code: str
    title_vi: str
    title_en: str
    unit: str
    aggregation: Aggregation
    direction: Direction = Direction.NEUTRAL
    definition: str = ""
    decimals: int = 0
    numerator: str = ""
    denominator: str = ""

    def __post_init__(self) -> None:
        rate = self.aggregation is Aggregation.RATE
        if rate != bool(self.numerator) or rate != bool(self.denominator):
            raise ValueError(f"{self.code}: a rate, and only a rate, is made of two others.")
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise ValueError(f"{self.code}: at most {MOST_DECIMALS} decimals.")


@dataclass(frozen=True)
class Measure:
    """An item of a report: what it is a figure of, and how the service computes it."""

    item: str
    indicator: Indicator
    compute: Compute


@dataclass(frozen=True)
class Moment:
    """So many days after the last day that a report covers, at that time of day in Vietnam."""

    days: int
    time: time
    working_days: bool = False

    def after(self, day: date) -> datetime:
        return instant(day + timedelta(days=self.days), self.time)


@dataclass(frozen=True)
class Report:
    """A form by which agencies report, filled by the service itself.

    At the cut-off the figures are computed and delivered, so it lies before the report is due.
    """

    form: str
    title_vi: str
    title_en: str
    field: str
    period_type: PeriodType
    due: Moment
    cut_off: Moment
    measures: Sequence[Measure]
    agencies: Agencies
    # Rates, which nobody reports: the warehouse makes them of what is reported.
    rates: Sequence[Indicator] = ()
    window: Window = CALENDAR
    before: Before = lambda _: 0

    def __post_init__(self) -> None:
        codes = [one.indicator.code for one in self.measures]
        items = [one.item for one in self.measures]
        if not items or len(set(codes)) < len(codes) or len(set(items)) < len(items):
            raise ValueError(f"{self.form}: each measure has an item and an indicator of its own.")
        for rate in self.rates:
            if not {rate.numerator, rate.denominator} <= set(codes):
                raise ValueError(f"{self.form}: {rate.code} is made of what is not measured.")
        cut, due = ((one.days, one.time) for one in (self.cut_off, self.due))
        if self.cut_off.working_days or cut > due:
            raise ValueError(f"{self.form}: the cut-off comes after it is due.")

    @property
    def indicators(self) -> Sequence[Indicator]:
        """Parts before what is made of them."""
        return [*(measure.indicator for measure in self.measures), *self.rates]

    def current(self, today: date) -> Period:
        """The period from which on somebody owes it who begins to today, but for those before."""
        return self.window.period(self.period_type, today)

    def bounds(self, period: Period) -> Bounds:
        return self.window.bounds(period)

    def closed(self, since: Period, now: datetime) -> Iterator[Period]:
        """The periods from `since` on whose cut-off has come, oldest first."""
        period = since
        while self.cut_off.after(self.bounds(period).last) <= now:
            yield period
            period = period.next


def written(value: int | Decimal | None) -> str:
    """As systems write it; nothing takes back what was said."""
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)
