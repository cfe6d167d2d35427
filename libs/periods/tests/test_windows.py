"""The windows that periods cover."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libs.periods.tests.days import days, types

from saola.periods.periods import Period, PeriodType
from saola.periods.windows import CALENDAR, Window

FIFTEENTH = Window(15)
windows = st.builds(Window, st.integers(1, 28))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", "2026-10-15", "2026-11-14"),
        ("2026-01", "2025-12-15", "2026-01-14"),
        ("2026-03", "2026-02-15", "2026-03-14"),
        ("2026-Q4", "2026-09-15", "2026-12-14"),
        ("2026-S1", "2025-12-15", "2026-06-14"),
        ("2026-9M", "2025-12-15", "2026-09-14"),
        ("2026", "2025-12-15", "2026-12-14"),
        ("2026-11-22", "2026-11-22", "2026-11-22"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
    ],
)
def test_figures_close_on_the_14th(text: str, first: str, last: str) -> None:
    found = FIFTEENTH.bounds(Period.read(text))
    assert (str(found.first), str(found.last)) == (first, last)


@given(days, types)
def test_the_calendar_moves_nothing(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    assert CALENDAR.bounds(period) == (period.begin, period.last)
    assert CALENDAR.period(type, day) == period


@given(windows, days, types)
def test_windows_follow_each_other_without_a_gap(
    window: Window, day: date, type: PeriodType
) -> None:
    period = Period.of(type, day)
    if type is not PeriodType.NINE_MONTHS:
        follower = window.bounds(period.next).first
        assert window.bounds(period).last + timedelta(days=1) == follower


@given(windows, days, types)
def test_a_day_lies_in_the_window_to_which_it_is_counted(
    window: Window, day: date, type: PeriodType
) -> None:
    first, last = window.bounds(window.period(type, day))
    if type is not PeriodType.NINE_MONTHS:
        assert first <= day <= last


@pytest.mark.parametrize("day", [0, -1, 29])
def test_a_day_that_not_every_month_has_opens_no_window(day: int) -> None:
    with pytest.raises(ValueError, match="opens"):
        Window(day)
