"""The rules of observations: many at once, and how those of many agencies make one figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import repeat
from typing import Final

from saola.kit.errors import Code, DomainError
from saola.periods.periods import Period, PeriodType, before
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.submissions import DuplicateItem, UnknownItem
from saola.services.warehouse.domain.values import Shortcut, Status, judge

SERIES: Final = 24
MOST_ROWS: Final = 5000
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


class UnevenBatch(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Cột {field} không dài bằng các cột khác."
    en = "The column {field} is not as long as the others."


class TooManyRows(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Có quá {most} dòng trong một lần gửi."
    en = "There are more than {most} rows in one batch."


@dataclass(frozen=True)
class Batch:
    """Values of many reports by one form, as systems send them: a column each."""

    periods: Sequence[str]
    items: Sequence[str]
    values: Sequence[str]
    statuses: Sequence[Status | None] = ()

    def check(self) -> None:
        if len(self.periods) > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        columns: dict[str, Sequence[str | None]] = {"items": self.items, "values": self.values}
        if self.statuses:
            columns["statuses"] = self.statuses
        for name, column in columns.items():
            if len(column) != len(self.periods):
                raise UnevenBatch(field=name)


# A value that may stand: its row in the batch, period, item, status, value, and number if it is
# one. A plain tuple, for there are many, and the driver takes them as they are.
Row = tuple[int, str, str, Status, str, Decimal | None]
Flaws = list[tuple[int, DomainError]]


def judge_batch(
    batch: Batch, items: Mapping[str, Item], refused: Mapping[str, DomainError]
) -> tuple[list[Row], Flaws]:
    """The rows that may stand, and a refusal for each other; `refused` are periods."""
    rows, flaws, seen = list[Row](), Flaws(), set[tuple[str, str]]()
    statuses = batch.statuses or repeat(None)
    shortcuts = {code: Shortcut(item) for code, item in items.items()}
    plain = not refused and len({*zip(batch.periods, batch.items, strict=True)}) == len(batch.items)
    columns = zip(batch.periods, batch.items, batch.values, statuses, strict=False)
    for number, (period, code, value, status) in enumerate(columns):
        if plain and status is None and (sooner := shortcuts.get(code)):
            read = sooner(value)
            if read is not None:
                rows.append((number, period, code, Status.VALUE, value, read))
                continue
        try:
            if period in refused:
                raise refused[period]
            if (item := items.get(code)) is None:
                raise UnknownItem(field=f"items[{number}]", item=code[:40])
            if (period, code) in seen:
                raise DuplicateItem(field=f"items[{number}]", item=code)
            seen.add((period, code))
            judged = judge(item, value, status, "", f"values[{number}]")
            rows.append((number, period, code, judged.status, judged.value, judged.number))
        except DomainError as flaw:
            flaws.append((number, flaw))
    return rows, flaws


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
