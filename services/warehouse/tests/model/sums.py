"""The figures of a sheet of paper, added up anew for each question.

What was reported for a period itself goes before what its parts say. Nothing is kept added up.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from services.warehouse.tests.model.paper import Said, Sheet

from saola.periods.periods import Period, PeriodType

# What each item is a figure of, by the code of an indicator; and how that adds up.
MEASURES = {"1": "A", "2": "B", "3": "C", "4": "A"}
KINDS = {"A": "SUM", "B": "LAST", "C": "DISTINCT"}
RATES = {"R": ("A", "B"), "S": ("C", "A")}
OF = {
    PeriodType.WEEK: PeriodType.DAY,
    PeriodType.MONTH: PeriodType.DAY,
    PeriodType.QUARTER: PeriodType.MONTH,
    PeriodType.HALF_YEAR: PeriodType.QUARTER,
    PeriodType.NINE_MONTHS: PeriodType.QUARTER,
    PeriodType.YEAR: PeriodType.HALF_YEAR,
}
BY_YEAR = (PeriodType.HALF_YEAR, PeriodType.QUARTER, PeriodType.MONTH, PeriodType.DAY)


@dataclass
class Leaf:
    """All that an agency has reported of an indicator for one very period."""

    said: list[Said]
    came: datetime

    @property
    def numbers(self) -> Sequence[Decimal]:
        """Where nothing occurred, it is nought; what is missing is no number."""
        known = [one for one in self.said if one.status != "MISSING"]
        return [Decimal(one.value or 0) for one in known]


class Figure(NamedTuple):
    """What is shown of an indicator for a period."""

    value: Decimal | None
    reporters: int
    came: datetime | None
    status: str


NOTHING = Figure(None, 0, None, "")
Leaves = Sequence[Leaf]


class Sums:
    """The figures of one sheet."""

    def __init__(self, sheet: Sheet, gone: Mapping[str, tuple[date, str]]) -> None:
        """`gone`: since when agencies are no more, and who took over."""
        self._gone = gone
        self._leaves = dict[tuple[str, str, Period], Leaf]()
        self._known = dict[tuple[str, str, Period], Leaves]()
        for key, report in sheet.reports.items():
            if not report.counts or report.came is None:
                continue
            period = Period.read(key.period)
            for item, said in report.says.items():
                place = key.agency, MEASURES[item], period
                leaf = self._leaves.setdefault(place, Leaf([], report.came))
                leaf.said.append(said)
        self.reporters = sorted({agency for agency, _, _ in self._leaves})

    def figure(
        self,
        code: str,
        agencies: Collection[str],
        period: Period,
        among: Collection[str] = (),
    ) -> Figure:
        """`among`: whose stocks are looked at together, where `agencies` are a part of them."""
        return self._figure(code, agencies, [period], among or agencies, since_new_year=False)

    def since_new_year(
        self, code: str, agencies: Collection[str], period: Period
    ) -> Decimal | None:
        """What has added up to the end of a period."""
        periods = list(_since_new_year(period))
        return self._figure(code, agencies, periods, agencies, since_new_year=True).value

    def _figure(
        self,
        code: str,
        agencies: Collection[str],
        periods: Sequence[Period],
        among: Collection[str],
        *,
        since_new_year: bool,
    ) -> Figure:
        sources = RATES.get(code, (code,))
        found = dict[str, Sequence[Leaves]]()
        for agency in agencies:
            parts = [
                [leaf for one in periods for leaf in self._of(agency, source, one)]
                for source in sources
            ]
            single = len(sources) == 1 and (KINDS[code] == "SUM" or not since_new_year)
            if all(parts if single else map(_numbers, parts)):
                found[agency] = parts
        if not found:
            return NOTHING
        values = [
            _value(
                KINDS[source],
                [
                    of[place]
                    for agency, of in found.items()
                    if KINDS[source] != "LAST" or not self._handed(agency, source, periods, among)
                ],
            )
            for place, source in enumerate(sources)
        ]
        value = _rate(*values) if len(values) == 2 else values[0]
        first = [leaf for of in found.values() for leaf in of[0]]
        return Figure(value, len(found), max(leaf.came for leaf in first), _status(value, first))

    def _handed(
        self, agency: str, indicator: str, periods: Sequence[Period], among: Collection[str]
    ) -> bool:
        """Whether a stock is in what an heir has said since, before these periods are over."""
        on, heir = self._gone.get(agency, (date.max, ""))
        if not periods[0].begin < on:
            return False
        seen = set[str]()
        while heir and heir not in seen:
            for (who, what, period), leaf in self._leaves.items():
                later = on <= period.begin and period.last <= periods[-1].last
                if (who, what) == (heir, indicator) and who in among and later and leaf.numbers:
                    return True
            seen.add(heir)
            heir = self._gone.get(heir, (on, ""))[1]
        return False

    def _of(self, agency: str, indicator: str, period: Period) -> Leaves:
        """What is said for a period, or else for its parts; oldest first."""
        key = agency, indicator, period
        if key not in self._known:
            found = [self._leaves[key]] if key in self._leaves else []
            if not found and period.type in OF:
                for part in period.parts(OF[period.type]):
                    found += self._of(agency, indicator, part)
            self._known[key] = found
        return self._known[key]


def _numbers(leaves: Leaves) -> Sequence[Decimal]:
    return [number for leaf in leaves for number in leaf.numbers]


def _value(kind: str, agencies: Sequence[Leaves]) -> Decimal | None:
    said = [leaves for leaves in agencies if _numbers(leaves)]
    if not said:
        return None
    match kind:
        case "SUM":
            return sum((number for leaves in said for number in _numbers(leaves)), Decimal(0))
        case "LAST":
            last = [[leaf for leaf in leaves if leaf.numbers][-1] for leaves in said]
            return sum((number for leaf in last for number in leaf.numbers), Decimal(0))
        case _:
            return Decimal(sum(any(_numbers(leaves)) for leaves in said))


def _rate(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    if numerator is None or not denominator:
        return None
    return (100 * numerator / denominator).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _status(value: Decimal | None, leaves: Leaves) -> str:
    numbers = _numbers(leaves)
    kinds = [one.status for leaf in leaves for one in leaf.said]
    if value is None:
        return "" if numbers else "MISSING"
    if {kind for kind in kinds if kind != "MISSING"} == {"NOTHING_OCCURRED"}:
        return "NOTHING_OCCURRED"
    if "ESTIMATED" in kinds:
        return "ESTIMATED"
    return "VALUE" if value else "TRUE_ZERO"


def _since_new_year(period: Period) -> Iterator[Period]:
    """The largest periods that fill the time from New Year to the end of this one."""
    if period.type is PeriodType.WEEK:
        yield from period.so_far
        return
    day = period.begin.replace(month=1, day=1)
    while day <= period.last:
        whole = (Period.of(type, day) for type in BY_YEAR)
        fit = next(one for one in whole if one.begin == day and one.last <= period.last)
        yield fit
        day = fit.next.begin


def owing(sheet: Sheet, agency: str, period: Period) -> bool:
    """Whether an agency owes any report that a figure for a period is made of."""
    for form, (type, *_) in sheet.forms.items():
        days = sheet.owed(agency, form)
        for part in [period] if type is period.type else period.parts(type):
            if part.begin in days and not sheet.is_exempt(agency, form, part.begin):
                return True
    return False


def all_codes() -> Mapping[str, str]:
    """Every indicator, and how it adds up."""
    return KINDS | dict.fromkeys(RATES, "RATE")
