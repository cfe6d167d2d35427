"""The rules of observations: how those of many agencies make one figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from saola.periods.periods import Period, PeriodType, before
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.indicators import Aggregation

SERIES: Final = 24
# Of several types in which an indicator is reported, the one that is shown.
PREFERRED: Final = (
    PeriodType.MONTH,
    PeriodType.WEEK,
    PeriodType.DAY,
    PeriodType.QUARTER,
    PeriodType.HALF_YEAR,
    PeriodType.NINE_MONTHS,
    PeriodType.YEAR,
)


@dataclass(frozen=True)
class Sum:
    """What was reported about an indicator for one period, by all agencies together."""

    reporters: int
    numbers: int
    total: Decimal | None


@dataclass(frozen=True)
class Course:
    """The latest period, the one before, and the last 24; empty strings are gaps."""

    period: Period
    reporters: int
    value: str
    former: str
    series: Sequence[str]


def course(aggregation: Aggregation, sums: Mapping[Period, Sum]) -> Course:
    """`sums` holds at least one period, all of one type."""
    latest = max(sums)
    series = [_figure(aggregation, sums.get(period)) for period in before(latest, SERIES)]
    return Course(latest, sums[latest].reporters, series[-1], series[-2], series)


def of_one_type(sums: Mapping[Period, Sum]) -> Mapping[Period, Sum]:
    """Of days and months the months, if months are reported at all: days are no figures of one."""
    type = min({period.type for period in sums}, key=PREFERRED.index)
    return {period: sum for period, sum in sums.items() if period.type is type}


def _figure(aggregation: Aggregation, sum: Sum | None) -> str:
    """Flows and stocks add up over agencies. A rate stands only while it is of one agency."""
    if sum is None or sum.total is None or not sum.numbers:
        return ""
    if aggregation is Aggregation.NONE and sum.numbers > 1:
        return ""
    return numbers.plain(sum.total)
