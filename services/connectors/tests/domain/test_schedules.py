"""When a connector fetches, and which period then."""

from datetime import UTC, datetime, timedelta

import pytest

from saola.kit.errors import DomainError
from saola.periods.local import LOCAL
from saola.periods.periods import PeriodType
from saola.periods.windows import CALENDAR, Window
from saola.services.connectors.domain.schedules import Schedule, check

SIX = Schedule("0 6 * * *", 1, PeriodType.DAY, CALENDAR)
FRIDAY = datetime(2026, 11, 20, 5, tzinfo=UTC)


def local(day: int, hour: int, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LOCAL)


def periods(schedule: Schedule, since: datetime, until: datetime) -> list[str]:
    return [str(one.period) for one in schedule.due(since, until)]


def test_a_run_asks_for_the_day_before() -> None:
    assert SIX.after(FRIDAY) == local(21, 6)
    assert str(SIX.period(local(21, 6))) == "2026-11-20"


def test_two_days_off_are_made_up_for_day_by_day() -> None:
    assert periods(SIX, FRIDAY, FRIDAY + timedelta(days=3)) == [
        "2026-11-20",
        "2026-11-21",
        "2026-11-22",
    ]


def test_what_is_planned_is_not_planned_again() -> None:
    now = FRIDAY + timedelta(days=3)
    assert periods(SIX, now, now) == []
    assert periods(SIX, local(21, 6), local(21, 6)) == []


def test_the_moment_itself_is_due() -> None:
    just_before = local(21, 6) - timedelta(microseconds=1)
    assert periods(SIX, FRIDAY, just_before) == []
    assert periods(SIX, FRIDAY, local(21, 6)) == ["2026-11-20"]


def test_of_many_runs_for_one_period_the_last_makes_up_for_all() -> None:
    hourly = Schedule("0 * * * *", 0, PeriodType.DAY, CALENDAR)
    due = hourly.due(local(20, 12), local(22, 3))
    assert [(str(one.period), one.at) for one in due] == [
        ("2026-11-20", local(20, 23)),
        ("2026-11-21", local(21, 23)),
        ("2026-11-22", local(22, 3)),
    ]


def test_the_years_last_second_is_of_its_own_year() -> None:
    last = Schedule("59 23 31 12 *", 0, PeriodType.YEAR, CALENDAR)
    assert str(last.period(datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC))) == "2026"
    assert str(last.period(datetime(2026, 12, 31, 17, tzinfo=UTC))) == "2027"


def test_a_window_says_to_which_month_a_day_is_counted() -> None:
    closed = Schedule("0 8 15 * *", 1, PeriodType.MONTH, Window(15))
    assert str(closed.period(local(15, 8))) == "2026-11"
    assert str(closed.period(local(14, 8))) == "2026-10"


@pytest.mark.parametrize(
    ("cron", "reason"),
    [
        ("", "INVALID_SCHEDULE"),
        ("61 * * * *", "INVALID_SCHEDULE"),
        ("0 6 * *", "INVALID_SCHEDULE"),
        ("0 0 6 * * *", "INVALID_SCHEDULE"),
        ("0 0 30 2 *", "INVALID_SCHEDULE"),
        ("* * * * *", "SCHEDULE_TOO_OFTEN"),
        ("0,4 6 * * *", "SCHEDULE_TOO_OFTEN"),
        ("*/2 8 1 * *", "SCHEDULE_TOO_OFTEN"),
    ],
)
def test_what_is_no_schedule_is_refused(cron: str, reason: str) -> None:
    with pytest.raises(DomainError) as no:
        check(cron)
    assert no.value.reason == reason


def test_a_schedule_is_kept_as_it_is_read() -> None:
    assert check("  */5   7-9 * * mon-fri ") == "*/5 7-9 * * mon-fri"
