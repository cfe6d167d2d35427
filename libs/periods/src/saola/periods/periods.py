"""A period: a day, week, month, quarter, half-year, nine months or a year, and its neighbours.

It is written as in SDMX's TIME_PERIOD: `2026-11-22 2026-W47 2026-11 2026-Q4 2026-S2 2026`; the nine
months that are reported cumulatively, which SDMX only has as a range, are `2026-9M`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Self

EARLIEST, LATEST = date(1975, 1, 1), date(2199, 12, 31)


class PeriodType(StrEnum):
    """How long a period is, with what it is called in Vietnamese and in English."""

    vi: str
    en: str

    def __new__(cls, value: str, vi: str = "", en: str = "") -> Self:
        type = str.__new__(cls, value)
        type._value_ = value
        type.vi, type.en = vi, en
        return type

    DAY = "day", "ngày", "day"
    WEEK = "week", "tuần", "week"
    MONTH = "month", "tháng", "month"
    QUARTER = "quarter", "quý", "quarter"
    HALF_YEAR = "half_year", "6 tháng", "half-year"
    NINE_MONTHS = "nine_months", "9 tháng", "nine months"
    YEAR = "year", "năm", "year"


# How each type is written: a regular expression that Python and PostgreSQL read alike.
WRITTEN: Final[Mapping[PeriodType, str]] = {
    PeriodType.DAY: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    PeriodType.WEEK: "[0-9]{4}-W[0-9]{2}",
    PeriodType.MONTH: "[0-9]{4}-[0-9]{2}",
    PeriodType.QUARTER: "[0-9]{4}-Q[1-4]",
    PeriodType.HALF_YEAR: "[0-9]{4}-S[12]",
    PeriodType.NINE_MONTHS: "[0-9]{4}-9M",
    PeriodType.YEAR: "[0-9]{4}",
}
# The same, of its first day, its year and its number.
PATTERN: Final = {
    PeriodType.DAY: "{0}",
    PeriodType.WEEK: "{1:04}-W{2:02}",
    PeriodType.MONTH: "{1:04}-{2:02}",
    PeriodType.QUARTER: "{1:04}-Q{2}",
    PeriodType.HALF_YEAR: "{1:04}-S{2}",
    PeriodType.NINE_MONTHS: "{1:04}-9M",
    PeriodType.YEAR: "{1:04}",
}
# Of which types a whole number of the type makes one. Weeks make nothing: years cut them, and the
# nine months are no part of the year, for they begin with it.
MAKES: Final[Mapping[PeriodType, Sequence[PeriodType]]] = {
    PeriodType.DAY: [type for type in PeriodType if type is not PeriodType.DAY],
    PeriodType.WEEK: [],
    PeriodType.MONTH: [
        PeriodType.QUARTER,
        PeriodType.HALF_YEAR,
        PeriodType.NINE_MONTHS,
        PeriodType.YEAR,
    ],
    PeriodType.QUARTER: [PeriodType.HALF_YEAR, PeriodType.NINE_MONTHS, PeriodType.YEAR],
    PeriodType.HALF_YEAR: [PeriodType.YEAR],
    PeriodType.NINE_MONTHS: [],
    PeriodType.YEAR: [],
}
LENGTH: Final = {  # in months
    PeriodType.MONTH: 1,
    PeriodType.QUARTER: 3,
    PeriodType.HALF_YEAR: 6,
    PeriodType.NINE_MONTHS: 9,
    PeriodType.YEAR: 12,
}
STEP: Final = LENGTH | {PeriodType.NINE_MONTHS: 12}
DAYS: Final = {PeriodType.DAY: 1, PeriodType.WEEK: 7}


class NotAPeriod(ValueError):
    """A text that is no period."""


@dataclass(frozen=True, order=True)
class Period:
    """One period, by its first day on the calendar. Of one type, earlier ones are smaller."""

    begin: date
    type: PeriodType

    @staticmethod
    def read(text: str) -> "Period":
        """The period that is written so, or NotAPeriod."""
        return _read(text)

    @classmethod
    def of(cls, type: PeriodType, day: date) -> Self:
        """The period of that type in which `day` lies; of nine months those of its year."""
        if type is PeriodType.DAY:
            return cls(day, type)
        if type is PeriodType.WEEK:
            return cls(day - timedelta(days=day.weekday()), type)
        return cls(day.replace(month=day.month - (day.month - 1) % STEP[type], day=1), type)

    def __str__(self) -> str:
        return PATTERN[self.type].format(self.begin, self.year, self.number)

    @property
    def year(self) -> int:
        """The year it is counted in: of a week that of its Thursday, as ISO 8601 has it."""
        return self.begin.isocalendar().year if self.type is PeriodType.WEEK else self.begin.year

    @property
    def number(self) -> int:
        """Which of its year it is, from 1: the 47th week, the 4th quarter."""
        if self.type is PeriodType.DAY:
            return self.begin.timetuple().tm_yday
        if self.type is PeriodType.WEEK:
            return self.begin.isocalendar().week
        return (self.begin.month - 1) // STEP[self.type] + 1

    @property
    def last(self) -> date:
        """The last day in it."""
        if self.type in DAYS:
            return self.begin + timedelta(days=DAYS[self.type] - 1)
        return _later(self.begin, LENGTH[self.type]) - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.begin <= day <= self.last

    def shifted(self, count: int) -> "Period":
        """The one so many after it; before it, where `count` is below zero."""
        if self.type in DAYS:
            return Period(self.begin + timedelta(days=DAYS[self.type] * count), self.type)
        return Period(_later(self.begin, STEP[self.type] * count), self.type)

    @property
    def next(self) -> "Period":
        return self.shifted(1)

    @property
    def former(self) -> "Period":
        return self.shifted(-1)

    @property
    def year_before(self) -> "Period":
        """The same one of the year before. For 29 February it is the 28th, for week 53 the 52nd
        where that year has no such."""
        if self.type is PeriodType.WEEK:
            thursday = date(self.year - 1, 12, 28)  # always in the last week of its year
            week = min(self.number, thursday.isocalendar().week)
            return Period(date.fromisocalendar(self.year - 1, week, 1), self.type)
        if self.type is PeriodType.DAY:
            leap = (self.begin.month, self.begin.day) == (2, 29)
            day = self.begin.replace(year=self.year - 1, day=28 if leap else self.begin.day)
            return Period(day, self.type)
        return self.shifted(-12 // STEP[self.type])

    @property
    def so_far(self) -> Sequence["Period"]:
        """Those of its type since its year began, up to this one: what a cumulative figure adds."""
        return list(before(self, self.number))

    def enclosing(self, type: PeriodType) -> "Period | None":
        """The larger period of which this is a whole part, if it is one of any such."""
        return _enclosing(self, type)

    def parts(self, type: PeriodType) -> Sequence["Period"]:
        """The smaller periods that make it up; none if there are none that do."""
        if self.type not in MAKES[type]:
            return []
        return list(through(Period.of(type, self.begin), Period.of(type, self.last)))


def before(period: Period, count: int) -> Iterator[Period]:
    """`count` periods that end with this one, oldest first."""
    return (period.shifted(-back) for back in reversed(range(count)))


def through(first: Period, last: Period) -> Iterator[Period]:
    """From the first to the last, both of one type."""
    while first <= last:
        yield first
        first = first.next


# The figures of many agencies are about the same periods: those of some years are kept.
@lru_cache(4096)
def _read(text: str) -> Period:
    for type, written in WRITTEN.items():
        if re.fullmatch(written, text):
            try:
                begin = _begin(type, text)
            except ValueError:
                break
            if EARLIEST <= begin <= LATEST:
                return Period(begin, type)
    raise NotAPeriod(text)


@lru_cache(4096)
def _enclosing(period: Period, type: PeriodType) -> Period | None:
    if type not in MAKES[period.type]:
        return None
    whole = Period.of(type, period.begin)
    return whole if period.last in whole else None


def _begin(type: PeriodType, text: str) -> date:
    """The first day of what is written as that type is, or ValueError."""
    year, rest = int(text[:4]), text[5:]
    match type:
        case PeriodType.DAY:
            return date.fromisoformat(text)
        case PeriodType.WEEK:
            return date.fromisocalendar(year, int(rest[1:]), 1)
        case PeriodType.MONTH:
            return date(year, int(rest), 1)
        case PeriodType.QUARTER | PeriodType.HALF_YEAR:
            return date(year, (int(rest[1:]) - 1) * STEP[type] + 1, 1)
        case PeriodType.NINE_MONTHS | PeriodType.YEAR:
            return date(year, 1, 1)


def _later(first: date, months: int) -> date:
    """The first day of a month, so many months on."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
