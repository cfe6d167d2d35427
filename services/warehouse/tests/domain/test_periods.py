"""Periods and due times, as people in Vietnam count them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.directory.working import Calendar
from saola.kit.errors import InvalidField
from saola.periods.periods import Period, PeriodType
from saola.periods.windows import CALENDAR, Window
from saola.services.warehouse.domain.forms import DueRule, due_between
from saola.services.warehouse.domain.periods import (
    NotAPeriod,
    PeriodNotBegun,
    check_begun,
    read_day,
    read_period,
)
from saola.services.warehouse.domain.submissions import on_time

AT_FIVE = DueRule(0, working_days=False, time=time(17))
REUNIFICATION = Calendar(
    holidays=frozenset({date(2026, 4, 30), date(2026, 5, 1)}), made_up=frozenset({date(2026, 5, 2)})
)
types = st.sampled_from(PeriodType)
calendars = st.builds(
    Calendar,
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=9),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=9),
)
rules = st.builds(
    DueRule,
    st.integers(-40, 40),
    st.booleans(),
    st.just(time(17)),
    st.sampled_from([CALENDAR, Window(15)]),
)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-W54", "2026-Q5", "2026-11-31", "2026-6M"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(NotAPeriod):
        read_period(text)


def test_a_month_is_no_day() -> None:
    with pytest.raises(InvalidField):
        read_day("2026-11", "valid_from")


def test_a_period_that_has_not_begun_cannot_be_reported() -> None:
    new_year = Period.read("2027-01")
    check_begun(new_year, CALENDAR, datetime(2026, 12, 31, 17, tzinfo=UTC))
    with pytest.raises(PeriodNotBegun):
        check_begun(new_year, CALENDAR, datetime(2026, 12, 31, 16, 59, 59, 999999, UTC))


def test_november_begins_in_october_where_figures_close_on_the_14th() -> None:
    november, window = Period.read("2026-11"), Window(15)
    check_begun(november, window, datetime(2026, 10, 14, 17, tzinfo=UTC))
    with pytest.raises(PeriodNotBegun):
        check_begun(november, window, datetime(2026, 10, 14, 16, 59, 59, 999999, UTC))


def test_five_sharp_is_late() -> None:
    due = AT_FIVE.due(Period.read("2026-11-22"), Calendar())
    assert due == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert on_time(datetime(2026, 11, 22, 9, 59, 59, 999999, UTC), due)
    assert not on_time(due, due)


def test_the_last_day_of_the_year_is_due_on_it() -> None:
    for text in ("2026-12-31", "2026-12"):
        due = AT_FIVE.due(Period.read(text), Calendar())
        assert due == datetime(2026, 12, 31, 10, tzinfo=UTC)


def test_the_year_s_last_second_is_on_time_for_midnight_less_a_minute() -> None:
    rule = DueRule(0, working_days=False, time=time(23, 59))
    due = rule.due(Period.read("2026-12"), Calendar())
    assert due == datetime(2026, 12, 31, 16, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "days", "due"),
    [
        ("2026-04", 0, date(2026, 5, 2)),  # the 30th and the 1st are holidays, the 2nd is made up
        ("2026-04", 1, date(2026, 5, 2)),
        ("2026-04", 2, date(2026, 5, 4)),
        ("2026-04-29", 0, date(2026, 4, 29)),
        ("2026-04-29", 1, date(2026, 5, 2)),
        ("2026-03-28", 0, date(2026, 3, 30)),  # a Saturday
        ("2026-03-27", 1, date(2026, 3, 30)),
    ],
)
def test_working_days_skip_weekends_and_holidays(period: str, days: int, due: date) -> None:
    rule = DueRule(days, working_days=True, time=time(17))
    assert rule.day(Period.read(period), REUNIFICATION) == due


@given(rules, types, calendars, st.dates(date(2026, 1, 1), date(2026, 4, 1)))
def test_a_period_is_listed_exactly_on_the_day_it_is_due(
    rule: DueRule, type: PeriodType, calendar: Calendar, day: date
) -> None:
    period = Period.of(type, day)
    due = rule.day(period, calendar)
    first, last = rule.window.bounds(period)
    assert due >= (last if rule.days >= 0 else first)
    assert period in due_between(type, rule, calendar, due, due)
    assert calendar.works(due) or not rule.working_days or due == first


@given(rules, types, calendars, st.dates(date(2026, 1, 1), date(2026, 3, 25)))
def test_no_period_is_due_twice(
    rule: DueRule, type: PeriodType, calendar: Calendar, day: date
) -> None:
    week = [day + timedelta(days=n) for n in range(7)]
    whole = due_between(type, rule, calendar, week[0], week[-1])
    parts = [period for one in week for period in due_between(type, rule, calendar, one, one)]
    assert sorted(parts) == sorted(whole)


@pytest.mark.parametrize(
    ("days", "at"), [(-367, "17:00"), (367, "17:00"), (0, "24:00"), (0, "7:00")]
)
def test_a_due_rule_that_no_clock_shows_is_refused(days: int, at: str) -> None:
    with pytest.raises(InvalidField):
        DueRule.read(days, working_days=False, at=at)
