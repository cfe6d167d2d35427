"""An indicator at a glance: its figure, with all that it is compared with. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from saola.kit.errors import Word
from saola.periods.periods import Period, PeriodType, before
from saola.services.warehouse.domain import figures
from saola.services.warehouse.domain.comparisons import (
    Change,
    Light,
    Planned,
    change,
    light,
    planned,
)
from saola.services.warehouse.domain.figures import Sums
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.measures import Found, Measure, Read, Wanted
from saola.services.warehouse.domain.values import Status

# What adds up since New Year. Of a stock the last counts anyway.
CUMULATED: Final = {Aggregation.SUM, Aggregation.RATE, Aggregation.DISTINCT}
# Of how many agencies' plans one can be made by adding.
ADDED: Final = {Aggregation.SUM, Aggregation.LAST, Aggregation.DISTINCT}
WHOLE_YEAR: Final = {PeriodType.YEAR, PeriodType.NINE_MONTHS}


@dataclass(frozen=True)
class Compared:
    """Another period, and the change from it."""

    period: Period
    value: Decimal | None
    reporters: int
    change: Change | None
    uneven: bool


@dataclass(frozen=True)
class Cumulated:
    """What has added up since New Year, and in the same time of the year before."""

    value: Decimal | None
    reports: int
    former: Decimal | None
    former_reports: int
    change: Change | None


@dataclass(frozen=True)
class Plan:
    """What is planned for a period, by all whose plans count here together."""

    period: Period
    value: Decimal
    source: str = ""


@dataclass(frozen=True)
class Figure:
    """An indicator for a period, and all that it is compared with."""

    period: Period
    value: Decimal | None
    status: Status | None
    sums: Sums
    previous: Compared
    year_before: Compared
    cumulated: Cumulated | None
    plan: Planned | None
    light: Light | None
    series: Sequence[Decimal | None]


@dataclass(frozen=True)
class Point:
    """One period of a series."""

    period: Period
    value: Decimal | None
    status: Status | None
    sums: Sums
    year_before: Compared
    plan: Decimal | None


def point(measure: Measure, period: Period, read: Read, plan: Decimal | None) -> Point:
    now = read(Wanted(measure.id, period))
    return Point(
        period,
        now.value,
        figures.status(now.value, now.sums),
        now.sums,
        compared(measure, now, period.year_before, read),
        plan,
    )


class RankBy(Word):
    """By what parts are ranked."""

    VALUE = "value", "giá trị"
    PLAN = "plan", "tỷ lệ so với kế hoạch"
    YEAR_BEFORE = "year_before", "thay đổi so với cùng kỳ năm trước"

    def of(self, figure: Figure) -> Decimal | None:
        if self is RankBy.PLAN:
            return figure.plan.share if figure.plan else None
        change = figure.year_before.change
        return figure.value if self is RankBy.VALUE else change.value if change else None


def asked_for(measure: Measure, period: Period, series: int = 0) -> set[Wanted]:
    """All that a figure needs."""
    single = {period, period.former, period.year_before, *before(period, series)}
    found = {Wanted(measure.id, one) for one in single}
    if cumulates(measure, period):
        found |= {_since_new_year(measure, one) for one in (period, period.year_before)}
    return found


def figure(
    measure: Measure, period: Period, read: Read, plans: Sequence[Plan] = (), series: int = 0
) -> Figure:
    """The figure of a period, out of what was read."""
    now = read(Wanted(measure.id, period))
    previous = compared(measure, now, period.former, read)
    year_before = compared(measure, now, period.year_before, read)
    cumulated = _cumulated(measure, period, read) if cumulates(measure, period) else None
    plan = _planned(measure, period, now.value, cumulated, plans)
    return Figure(
        period,
        now.value,
        figures.status(now.value, now.sums),
        now.sums,
        previous,
        year_before,
        cumulated,
        plan,
        light(measure.light, measure.direction, now.value, year_before.change, plan)
        if measure.light
        else None,
        [read(Wanted(measure.id, one)).value for one in before(period, series)],
    )


def compared(measure: Measure, now: Found, with_: Period, read: Read) -> Compared:
    former = read(Wanted(measure.id, with_))
    return Compared(
        with_,
        former.value,
        former.sums.reporters,
        change(now.value, former.value, measure.unit, measure.direction),
        former.sums.known != now.sums.known,
    )


def cumulates(measure: Measure, period: Period) -> bool:
    return measure.aggregation in CUMULATED and period.type not in WHOLE_YEAR


def one_plan(
    measure: Measure, period: Period, values: Mapping[UUID, Decimal], sources: Collection[str]
) -> Plan | None:
    """Plans of several agencies for a period make one only where figures add up."""
    if not values or (len(values) > 1 and measure.aggregation not in ADDED):
        return None
    [source, *others] = set(sources)
    return Plan(period, sum(values.values(), Decimal(0)), "" if others else source)


def _since_new_year(measure: Measure, period: Period) -> Wanted:
    return Wanted(measure.id, period, since_new_year=True)


def _cumulated(measure: Measure, period: Period, read: Read) -> Cumulated:
    now = read(_since_new_year(measure, period))
    former = read(_since_new_year(measure, period.year_before))
    return Cumulated(
        now.value,
        now.sums.reports,
        former.value,
        former.sums.reports,
        change(now.value, former.value, measure.unit, measure.direction),
    )


def _planned(
    measure: Measure,
    period: Period,
    value: Decimal | None,
    cumulated: Cumulated | None,
    plans: Sequence[Plan],
) -> Planned | None:
    """The plan for the period itself if there is one; else that of its year, which is compared
    with what has added up.
    """
    by_period = {plan.period: plan for plan in plans}
    if own := by_period.get(period):
        return planned(own.value, period, value, period.last, own.source)
    if whole := by_period.get(Period.of(PeriodType.YEAR, period.begin)):
        actual = cumulated.value if cumulated else value
        return planned(whole.value, whole.period, actual, period.last, whole.source)
    return None
