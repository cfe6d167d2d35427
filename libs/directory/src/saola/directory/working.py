"""Which days people work: Monday to Friday, but for what the calendar says. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
DAY: Final = timedelta(days=1)
SATURDAY: Final = 5
LONGEST_BREAK: Final = 60  # days; Tết takes nine


@dataclass(frozen=True)
class Calendar:
    """The days that differ: holidays and days off, and weekend days that make up for others."""

    holidays: Collection[date] = frozenset()
    made_up: Collection[date] = frozenset()

    def works(self, day: date) -> bool:
        if day in self.holidays:
            return False
        return day.weekday() < SATURDAY or day in self.made_up

    def on_or_after(self, day: date) -> date:
        """The first working day from `day` on."""
        for ahead in range(LONGEST_BREAK):
            if self.works(day + ahead * DAY):
                return day + ahead * DAY
        raise ValueError(f"Nobody works for {LONGEST_BREAK} days from {day} on.")

    def on_or_before(self, day: date) -> date:
        """The last working day up to `day`."""
        for back in range(LONGEST_BREAK):
            if self.works(day - back * DAY):
                return day - back * DAY
        raise ValueError(f"Nobody works for {LONGEST_BREAK} days up to {day}.")

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; before it where `count` is below zero."""
        step = DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            day = self.on_or_after(day) if count > 0 else self.on_or_before(day)
        return day

    def between(self, first: date, end: date) -> int:
        """How many working days there are from `first` up to, and without, `end`."""
        return sum(self.works(first + n * DAY) for n in range((end - first).days))
