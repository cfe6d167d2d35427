"""Days and hours as clocks in Vietnam show them."""

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(at: datetime) -> date:
    """The date on calendars in Vietnam at that moment."""
    return at.astimezone(LOCAL).date()


def instant(day: date, at: time) -> datetime:
    """The moment at which clocks in Vietnam show this; in UTC."""
    return datetime.combine(day, at, LOCAL).astimezone(UTC)
