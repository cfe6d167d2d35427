"""Periods as the warehouse takes them: what is none, and what has not begun, is refused."""

from datetime import date, datetime

from saola.kit.errors import Code, DomainError, InvalidField
from saola.periods import periods
from saola.periods.local import local_day
from saola.periods.periods import Period, PeriodType
from saola.periods.windows import Window


class NotAPeriod(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{period}” không phải là kỳ báo cáo hợp lệ (trường {field})."
    en = "“{period}” is not a valid period (field {field})."


class PeriodNotBegun(DomainError):
    vi = "Kỳ {period} chưa bắt đầu."
    en = "The period {period} has not begun."


def read_period(text: str, field: str = "period") -> Period:
    """The period that is written so, or NotAPeriod."""
    try:
        return Period.read(text)
    except periods.NotAPeriod as error:
        raise NotAPeriod(field=field, period=text[:40]) from error


def read_day(text: str, field: str) -> date:
    """A day as `2026-11-22`, or InvalidField."""
    try:
        period = Period.read(text)
    except periods.NotAPeriod as error:
        raise InvalidField(field=field) from error
    if period.type is not PeriodType.DAY:
        raise InvalidField(field=field)
    return period.begin


def check_begun(period: Period, window: Window, now: datetime) -> None:
    """Nobody reports about what has not begun by local time."""
    if local_day(now) < window.bounds(period).first:
        raise PeriodNotBegun(period=period)
