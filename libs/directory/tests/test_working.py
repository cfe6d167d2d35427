"""The working calendar, without a database."""

from datetime import date

import pytest

from saola.directory.working import Calendar

# National Day of 2026: Tuesday 1 and Wednesday 2 September; Monday 31 August was made up for
# on Saturday 22 August.
CALENDAR = Calendar(
    holidays={date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)}, made_up={date(2026, 8, 22)}
)


def test_people_work_from_monday_to_friday() -> None:
    assert Calendar().works(date(2026, 11, 20))
    assert not Calendar().works(date(2026, 11, 21))


def test_nobody_works_on_a_holiday_and_all_on_a_made_up_saturday() -> None:
    assert not CALENDAR.works(date(2026, 9, 2))
    assert CALENDAR.works(date(2026, 8, 22))


def test_a_day_in_the_break_goes_to_its_nearest_working_day() -> None:
    assert CALENDAR.on_or_after(date(2026, 8, 29)) == date(2026, 9, 3)
    assert CALENDAR.on_or_before(date(2026, 9, 2)) == date(2026, 8, 28)


def test_working_days_are_counted_over_the_break_in_both_directions() -> None:
    assert CALENDAR.after(date(2026, 8, 21), 1) == date(2026, 8, 22)
    assert CALENDAR.after(date(2026, 8, 28), 2) == date(2026, 9, 4)
    assert CALENDAR.after(date(2026, 9, 3), -1) == date(2026, 8, 28)
    assert CALENDAR.between(date(2026, 8, 28), date(2026, 9, 4)) == 2


def test_a_calendar_without_any_work_is_refused_and_not_searched_for_ever() -> None:
    idle = Calendar(holidays={date.fromordinal(739_000 + n) for n in range(100)})
    with pytest.raises(ValueError, match="Nobody works"):
        idle.on_or_after(date.fromordinal(739_000))
