"""The periods for which agencies report: days and months, as people in Vietnam count them.

A period is written as in SDMX's TIME_PERIOD: `2026-11-22`, `2026-11`.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from saola.kit.errors import Code, DomainError, InvalidField, Word

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
EARLIEST, LATEST = date(1975, 1, 1), date(2199, 12, 31)
WRITTEN: Final = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


class PeriodType(Word):
    DAY = "day", "ngày"
    MONTH = "month", "tháng"


class NotAPeriod(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{period}” không phải là kỳ báo cáo hợp lệ (trường {field})."
    en = "“{period}” is not a valid period (field {field})."


class PeriodNotBegun(DomainError):
    vi = "Kỳ {period} chưa bắt đầu."
    en = "The period {period} has not begun."


@dataclass(frozen=True, order=True)
class Period:
    """A day or a month. Of one type, earlier ones are smaller."""

    begin: date
    type: PeriodType

    @classmethod
    def read(cls, text: str, field: str = "period") -> Self:
        """The period that is written so, or NotAPeriod."""
        if found := WRITTEN.fullmatch(text):
            year, month, day = found.groups()
            try:
                begin = date(int(year), int(month), int(day or 1))
            except ValueError:
                pass
            else:
                if EARLIEST <= begin <= LATEST:
                    return cls(begin, PeriodType.DAY if day else PeriodType.MONTH)
        raise NotAPeriod(field=field, period=text[:40])

    @classmethod
    def of(cls, type: PeriodType, day: date) -> Self:
        """The period of that type in which `day` lies."""
        return cls(day.replace(day=1) if type is PeriodType.MONTH else day, type)

    def __str__(self) -> str:
        month = f"{self.begin.year:04}-{self.begin.month:02}"
        return month if self.type is PeriodType.MONTH else f"{month}-{self.begin.day:02}"

    @property
    def last(self) -> date:
        """The last day in it."""
        if self.type is PeriodType.DAY:
            return self.begin
        return self.begin.replace(day=calendar.monthrange(self.begin.year, self.begin.month)[1])

    @property
    def next(self) -> "Period":
        return Period(self.last + timedelta(days=1), self.type)

    @property
    def former(self) -> "Period":
        return Period.of(self.type, self.begin - timedelta(days=1))

    def check_begun(self, now: datetime) -> None:
        """Nobody reports about what has not begun by local time."""
        if local_day(now) < self.begin:
            raise PeriodNotBegun(period=self)


def before(period: Period, count: int) -> Iterator[Period]:
    """`count` periods that end with this one, oldest first."""
    found = [period]
    while len(found) < count:
        found.append(found[-1].former)
    return reversed(found)


def read_day(text: str, field: str) -> date:
    """A day as `2026-11-22`, or InvalidField."""
    try:
        period = Period.read(text, field)
    except NotAPeriod as error:
        raise InvalidField(field=field) from error
    if period.type is not PeriodType.DAY:
        raise InvalidField(field=field)
    return period.begin


def local_day(at: datetime) -> date:
    """The date on calendars in Vietnam at that moment."""
    return at.astimezone(LOCAL).date()


def instant(day: date, at: time) -> datetime:
    """The moment at which clocks in Vietnam show this; in UTC."""
    return datetime.combine(day, at, LOCAL).astimezone(UTC)
