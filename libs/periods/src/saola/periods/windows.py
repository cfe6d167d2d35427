"""The window of days that a report covers: those of the calendar, or from one closing to the next.

Decree 09/2019 closes figures in the middle of a month: November is 15 October to 14 November, the
year 15 December to 14 December. A period keeps its name and its place; its bounds follow.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from saola.periods.periods import LENGTH, Period, PeriodType

LATEST_FIRST_DAY: Final = 28  # every month has it


class Bounds(NamedTuple):
    """The first and the last day that a report covers."""

    first: date
    last: date


@dataclass(frozen=True)
class Window:
    """On which day of the month before a period opens; 1 is the calendar itself."""

    first_day: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.first_day <= LATEST_FIRST_DAY:
            raise ValueError(f"No window opens on the {self.first_day}th of every month.")

    def bounds(self, period: Period) -> Bounds:
        """Days and weeks are what they are; whatever is made of months moves."""
        if self.first_day == 1 or period.type not in LENGTH:
            return Bounds(period.begin, period.last)
        ahead = Period.of(PeriodType.MONTH, period.begin).former.begin
        closing = Period.of(PeriodType.MONTH, period.last).begin
        return Bounds(ahead.replace(day=self.first_day), closing.replace(day=self.first_day - 1))

    def period(self, type: PeriodType, day: date) -> Period:
        """The period of that type to which a day is counted; of nine months those of its year."""
        if type in LENGTH and 1 < self.first_day <= day.day:
            day = Period.of(PeriodType.MONTH, day).next.begin
        return Period.of(type, day)


CALENDAR: Final = Window()
