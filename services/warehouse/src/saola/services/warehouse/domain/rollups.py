"""How the figures of days make one of a month, and those of agencies one of a province.

What is kept is not yet a figure: a cell holds parts that add up, whatever the indicator. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain.values import Status

NOUGHT: Final = Decimal(0)
TRUTHS: Final = {"true": Decimal(1), "false": NOUGHT}
# Of which smaller type a period is made up, smaller ones first. What is reported for a period
# itself goes before what its parts add up to. Weeks and nine months are parts of nothing.
PARTS: Final[Mapping[PeriodType, PeriodType]] = {
    PeriodType.WEEK: PeriodType.DAY,
    PeriodType.MONTH: PeriodType.DAY,
    PeriodType.QUARTER: PeriodType.MONTH,
    PeriodType.HALF_YEAR: PeriodType.QUARTER,
    PeriodType.NINE_MONTHS: PeriodType.QUARTER,
    PeriodType.YEAR: PeriodType.HALF_YEAR,
}
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
# By which the time since New Year is covered, larger ones first.
COVERING: Final = (
    PeriodType.HALF_YEAR,
    PeriodType.QUARTER,
    PeriodType.MONTH,
    PeriodType.DAY,
)


class Said(NamedTuple):
    """One value of a report that counts, and when that report came."""

    report: UUID
    status: Status
    value: str
    number: Decimal | None
    came_at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """What one agency has reported about one indicator for a period, in parts that add up."""

    reports: int
    numbers: int
    # The sum of all numbers, and that of the last period in it that has any. None: no number.
    total: Decimal | None
    last: Decimal | None
    # Whether anything but nought was reported, and whether all there is, is “nothing occurred”.
    occurred: bool
    nothing: bool
    estimated: bool
    preliminary: bool
    revised: bool
    # When the latest report in it came.
    fresh_at: datetime
    # Reported for this very period, not added up.
    direct: bool = False


def direct(said: Sequence[Said]) -> Cell:
    """The cell of what was reported for a period itself: several items of one indicator add up."""
    read = [(one, _number(one)) for one in said]
    numbers = [number for _, number in read if number is not None]
    kinds = {one.status for one in said}
    total = sum(numbers, NOUGHT) if numbers else None
    return Cell(
        reports=len({one.report for one in said}),
        numbers=len(numbers),
        total=total,
        last=total,
        occurred=any(numbers),
        nothing=all(
            one.status is Status.NOTHING_OCCURRED for one, number in read if number is not None
        )
        and bool(numbers),
        estimated=Status.ESTIMATED in kinds,
        preliminary=Status.PRELIMINARY in kinds,
        revised=Status.REVISED in kinds,
        fresh_at=max(one.came_at for one in said),
        direct=True,
    )


def rolled(parts: Sequence[Cell]) -> Cell:
    """The cell of a period that is made up of these, oldest first; there is at least one."""
    known = [part for part in parts if part.total is not None]
    return Cell(
        reports=sum(part.reports for part in parts),
        numbers=sum(part.numbers for part in parts),
        total=sum((part.total or NOUGHT for part in known), NOUGHT) if known else None,
        last=known[-1].last if known else None,
        occurred=any(part.occurred for part in parts),
        nothing=all(part.nothing for part in known) and bool(known),
        estimated=any(part.estimated for part in parts),
        preliminary=any(part.preliminary for part in parts),
        revised=any(part.revised for part in parts),
        fresh_at=max(part.fresh_at for part in parts),
    )


def cells(reported: Mapping[Period, Cell]) -> dict[Period, Cell]:
    """All cells of one agency and indicator, out of those that were reported."""
    found = dict(reported)
    for whole, part in PARTS.items():
        parts = dict[Period, list[Cell]]()
        for period in sorted(one for one in found if one.type is part):
            if larger := period.enclosing(whole):
                parts.setdefault(larger, []).append(found[period])
        for period, smaller in parts.items():
            if period not in found:
                found[period] = rolled(smaller)
    return found


def over(known: Mapping[Period, Cell], periods: Sequence[Period]) -> Cell | None:
    """What one agency has reported for these periods together, oldest first."""
    found = [known[period] for period in periods if period in known]
    return found[0] if len(periods) == len(found) == 1 else rolled(found) if found else None


def touched(periods: Iterable[Period]) -> Mapping[PeriodType, Sequence[Period]]:
    """The periods of each type that change where reports for `periods` do, smaller ones first."""
    base = set(periods)
    found = {type: {one for one in base if one.type is type} for type in PeriodType}
    for whole, part in PARTS.items():
        larger = (period.enclosing(whole) for period in found[part])
        found[whole] |= {period for period in larger if period}
    order = (PeriodType.DAY, *PARTS)
    return {type: sorted(found[type]) for type in order if found[type]}


def reach(types: Iterable[PeriodType]) -> set[PeriodType]:
    """The types of period for which there are cells where reports are for `types`."""
    found = set(types)
    for whole, part in PARTS.items():
        if part in found:
            found.add(whole)
    return found


def preferred(types: Iterable[PeriodType]) -> PeriodType | None:
    known = set(types)
    return next((type for type in PREFERRED if type in known), None)


@lru_cache(1024)
def since_new_year(period: Period) -> Sequence[Period]:
    """The fewest periods that together are the time from New Year to the end of `period`."""
    if period.type not in COVERING:
        return period.so_far if period.type is PeriodType.WEEK else [period]
    found, begin = list[Period](), period.begin.replace(month=1, day=1)
    while begin <= period.last:
        for type in COVERING:
            candidate = Period.of(type, begin)
            if candidate.begin == begin and candidate.last <= period.last:
                break
        found.append(candidate)
        begin = candidate.next.begin
    return found


def _number(said: Said) -> Decimal | None:
    """Where nothing occurred, the figure is nought; what is missing is none. Yes counts one."""
    if said.status is Status.NOTHING_OCCURRED:
        return NOUGHT
    return TRUTHS.get(said.value) if said.number is None else said.number
