"""When a connector fetches, and which period then: local time of Vietnam, and each period once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import Final

from cronsim import CronSim, CronSimError

from saola.kit.errors import Code, DomainError
from saola.periods.local import LOCAL, local_day
from saola.periods.periods import Period, PeriodType
from saola.periods.windows import Window

LEAST: Final = timedelta(minutes=5)
SOME_DAY: Final = datetime(2026, 1, 1, tzinfo=LOCAL)
LOOKED_AT: Final = 100  # times of a schedule, to see how often it comes


class InvalidSchedule(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{value}” không phải lịch chạy hợp lệ, ví dụ “15 6 * * *” (trường {field})."
    en = "“{value}” is no valid schedule, such as “15 6 * * *” (field {field})."


class ScheduleTooOften(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Hai lần chạy phải cách nhau ít nhất {least} phút (trường {field})."
    en = "Two runs are at least {least} minutes apart (field {field})."


@dataclass(frozen=True)
class Planned:
    """One period that is to be fetched, and for when."""

    at: datetime
    period: Period


@dataclass(frozen=True)
class Schedule:
    """`lag` periods back from the one in which the day of the run lies."""

    cron: str
    lag: int
    type: PeriodType
    window: Window

    def after(self, moment: datetime) -> datetime | None:
        return next(self.times(moment), None)

    def times(self, moment: datetime) -> Iterator[datetime]:
        return (time.astimezone(UTC) for time in CronSim(self.cron, moment.astimezone(LOCAL)))

    def period(self, moment: datetime) -> Period:
        """Which one a run at that moment asks for."""
        return self.window.period(self.type, local_day(moment)).shifted(-self.lag)

    def due(self, done_until: datetime, now: datetime) -> Sequence[Planned]:
        """What was to be fetched since, oldest first. Of several runs for one period the last
        makes up for all: it sees what they would have seen."""
        latest = dict[Period, datetime]()
        for time in self.times(done_until):
            if time > now:
                break
            period = self.period(time)
            latest.pop(period, None)  # so that what comes last stands last
            latest[period] = time
        return [Planned(at, period) for period, at in latest.items()]


def check(cron: str) -> str:
    said = " ".join(cron.split())
    wrong = InvalidSchedule(field="connector.schedule", value=said[:80])
    try:
        times = list(islice(CronSim(said, SOME_DAY), LOOKED_AT))
    except CronSimError as error:
        raise wrong from error
    if not times or len(said.split()) != 5:
        raise wrong
    if any(later - sooner < LEAST for sooner, later in pairwise(times)):
        least = int(LEAST.total_seconds() // 60)
        raise ScheduleTooOften(field="connector.schedule", least=least)
    return said
