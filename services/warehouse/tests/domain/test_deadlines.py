"""The clock at the minutes that are argued about, and the answer that the facts give.

Due is a moment on the clocks of Vietnam, and the first that is too late.
"""

from datetime import UTC, date, datetime, time

import pytest

from saola.directory.working import Calendar
from saola.periods.periods import Period
from saola.periods.windows import Window
from saola.services.warehouse.domain.forms import DueRule, due_between
from saola.services.warehouse.domain.submissions import on_time

AT_FIVE = DueRule(0, working_days=False, time=time(17))
WORKING = DueRule(5, working_days=True, time=time(16, 30))
# The Lunar New Year of 2026: off from Saturday 14 to Sunday 22 February, as decided by the
# government; Saturday 28 February makes up for a day of it.
TET = Calendar(
    holidays=frozenset(date(2026, 2, day) for day in range(14, 23)),
    made_up=frozenset({date(2026, 2, 28)}),
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.parametrize(
    ("arrives", "in_time"),
    [
        ("2026-11-22T16:59:59.999", True),
        ("2026-11-22T16:59:59.999999", True),
        ("2026-11-22T17:00:00.000", False),
        ("2026-11-22T17:00:00.001", False),
    ],
)
def test_five_o_clock_itself_is_too_late(arrives: str, *, in_time: bool) -> None:
    due = AT_FIVE.due(Period.read("2026-11-22"), Calendar())
    assert on_time(local(arrives), due) is in_time
    assert on_time(local(arrives).astimezone(UTC), due) is in_time


@pytest.mark.parametrize("text", ["2026-12-31", "2026-12", "2026-Q4", "2026-S2", "2026"])
def test_the_year_s_last_second_is_before_midnight_in_vietnam(text: str) -> None:
    """23:59:59 on 31 December is 16:59:59 in Greenwich: the old year in both, and in time for what
    is due at midnight, which is 00:00 of the day after."""
    due = DueRule(1, working_days=False, time=time(0)).due(Period.read(text), Calendar())
    assert due == local("2027-01-01T00:00")
    assert on_time(local("2026-12-31T23:59:59.999999"), due)
    assert not on_time(local("2027-01-01T00:00:00"), due)


def test_the_last_week_of_the_year_ends_in_the_next() -> None:
    assert AT_FIVE.due(Period.read("2026-W53"), Calendar()) == local("2027-01-03T17:00")


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2026-01", "2026-02-06T16:30"),  # five working days: 2 to 6 February, before Tết
        ("2026-02-10", "2026-02-24T16:30"),  # 11, 12, 13, and over the holidays 23 and 24
        ("2026-02", "2026-03-06T16:30"),  # the 28th makes up, and is the period's own last day
        ("2026-W07", "2026-02-27T16:30"),  # ends on the 15th, in the middle of Tết
        ("2026-W08", "2026-02-27T16:30"),  # ends on the 22nd, its last day
    ],
)
def test_nobody_works_at_tet(period: str, due: str) -> None:
    assert WORKING.due(Period.read(period), TET) == local(due)


def test_what_is_due_on_a_day_of_tet_is_due_when_work_begins_again() -> None:
    on_the_day = DueRule(0, working_days=True, time=time(17))
    assert on_the_day.due(Period.read("2026-02-16"), TET) == local("2026-02-23T17:00")
    assert AT_FIVE.due(Period.read("2026-02-16"), TET) == local("2026-02-16T17:00")


def test_a_saturday_that_makes_up_for_another_day_is_a_working_day() -> None:
    on_the_day = DueRule(0, working_days=True, time=time(17))
    assert on_the_day.due(Period.read("2026-02-28"), TET) == local("2026-02-28T17:00")
    assert on_the_day.due(Period.read("2026-03-07"), TET) == local("2026-03-09T17:00")


@pytest.mark.parametrize(
    ("days", "working_days", "period", "due"),
    [
        (-5, False, "2026-11", "2026-11-25T17:00"),  # an estimate before the month is over
        (-15, False, "2026", "2026-12-16T17:00"),
        (-3, True, "2026-11", "2026-11-25T17:00"),  # of Monday the 30th: 27, 26, 25
        (-3, True, "2026-02", "2026-02-25T17:00"),  # of the made-up 28th: 27, 26, 25
        (-9, True, "2026-W07", "2026-02-09T17:00"),  # never before its first day
        (-40, False, "2026-11", "2026-11-01T17:00"),
    ],
)
def test_what_is_estimated_is_due_before_the_period_ends(
    days: int, period: str, due: str, *, working_days: bool
) -> None:
    rule = DueRule(days, working_days=working_days, time=time(17))
    assert rule.due(Period.read(period), TET) == local(due)


@pytest.mark.parametrize(
    ("period", "due"),
    [
        ("2026-11", "2026-11-18T17:00"),
        ("2026-Q4", "2026-12-18T17:00"),
        ("2026-S1", "2026-06-18T17:00"),
        ("2026-9M", "2026-09-18T17:00"),
        ("2026", "2026-12-18T17:00"),
    ],
)
def test_what_closes_on_the_14th_is_due_from_there(period: str, due: str) -> None:
    rule = DueRule(4, working_days=False, time=time(17), window=Window(15))
    assert rule.due(Period.read(period), Calendar()) == local(due)
    day = date.fromisoformat(due[:10])
    type = Period.read(period).type
    assert due_between(type, rule, Calendar(), day, day) == [Period.read(period)]
