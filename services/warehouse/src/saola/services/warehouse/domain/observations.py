"""The rules of figures: how the reports of many agencies make one number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.periods import Period, before

SERIES: Final = 24


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


def _figure(aggregation: Aggregation, sum: Sum | None) -> str:
    """Flows and stocks add up over agencies. A rate stands only while it is of one agency."""
    if sum is None or sum.total is None or not sum.numbers:
        return ""
    if aggregation is Aggregation.NONE and sum.numbers > 1:
        return ""
    return numbers.plain(sum.total)
