"""When reports are due on paper: working days are counted on the wall calendar, one by one."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saola.apis.identity.v1.calendar_pb2 import Day
from saola.periods.periods import Period

FIVE = time(17, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
WEEKEND = {5, 6}


@dataclass
class Deadlines:
    """The calendar as it hangs on the wall."""

    marked: dict[date, str] = field(default_factory=dict)

    def mark(self, day: Day) -> None:
        kind = Day.Kind.Name(day.kind).removeprefix("KIND_")
        self.marked[date.fromisoformat(day.date)] = kind

    def works(self, day: date) -> bool:
        free = {"HOLIDAY": True, "MADE_UP": False, "REGULAR": day.weekday() in WEEKEND}
        return not free[self.marked.get(day, "REGULAR")]

    def day(self, period: Period, working_days: int) -> date:
        """So many working days after the end of a period; if none, its last day."""
        day = period.last
        while working_days:
            day += timedelta(days=1)
            working_days -= self.works(day)
        return day

    def due(self, period: Period, working_days: int) -> datetime:
        return datetime.combine(self.day(period, working_days), FIVE)
