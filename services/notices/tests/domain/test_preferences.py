"""When a message may leave."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from saola.kit.errors import InvalidField
from saola.services.notices.domain import preferences
from saola.services.notices.domain.preferences import Digest, Patience, Quiet, Wishes

LOCAL = preferences.LOCAL
NIGHT = Quiet(time(22), time(6))
NOON_REST = Quiet(time(11, 30), time(13))
USUAL, PATIENCE = Wishes(), Patience()


def at(hour: int, minute: int = 0, second: int = 0, day: int = 27) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=LOCAL).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "moment", "over"),
    [
        (NIGHT, at(21, 59, 59), at(21, 59, 59)),
        (NIGHT, at(22), at(6, day=28)),
        (NIGHT, at(23, 59, 59), at(6, day=28)),
        (NIGHT, at(0), at(6)),
        (NIGHT, at(5, 59, 59), at(6)),
        (NIGHT, at(6), at(6)),
        (NOON_REST, at(11, 29), at(11, 29)),
        (NOON_REST, at(12), at(13)),
        (NOON_REST, at(13), at(13)),
    ],
)
def test_quiet_hours_end_across_midnight_too(
    quiet: Quiet, moment: datetime, over: datetime
) -> None:
    assert quiet.over(moment) == over


def test_the_last_second_of_the_year_waits_for_the_first_morning() -> None:
    last = datetime(2026, 12, 31, 23, 59, 59, tzinfo=LOCAL)
    assert NIGHT.over(last) == datetime(2027, 1, 1, 6, tzinfo=LOCAL)


def test_what_comes_at_noon_leaves_after_a_little_patience() -> None:
    assert preferences.due(at(12), USUAL, PATIENCE, urgent=False) == at(12, 5)


def test_what_would_leave_in_quiet_hours_waits_for_their_end_and_what_is_urgent_does_not() -> None:
    assert preferences.due(at(21, 58), USUAL, PATIENCE, urgent=False) == at(6, day=28)
    assert preferences.due(at(23), USUAL, PATIENCE, urgent=True) == at(23, 0, 30)


def test_a_digest_leaves_at_its_hour() -> None:
    hourly, daily = (replace(USUAL, digest=one) for one in (Digest.HOURLY, Digest.DAILY))
    assert preferences.due(at(12, 1), hourly, PATIENCE, urgent=False) == at(13)
    assert preferences.due(at(13), hourly, PATIENCE, urgent=False) == at(14)
    assert preferences.due(at(7, 59), daily, PATIENCE, urgent=False) == at(8)
    assert preferences.due(at(8), daily, PATIENCE, urgent=False) == at(8, day=28)
    assert preferences.due(at(12), daily, PATIENCE, urgent=True) == at(12, 0, 30)


def test_without_quiet_hours_the_night_is_as_the_day() -> None:
    never = replace(USUAL, quiet=None)
    assert preferences.due(at(2), never, PATIENCE, urgent=False) == at(2, 5)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("22:00", ""),
        ("", "06:00"),
        ("6:00", "7:00"),
        ("24:00", "06:00"),
        ("22:00", "22:00"),
        ("x", "y"),
    ],
)
def test_odd_quiet_hours_are_refused(begin: str, end: str) -> None:
    with pytest.raises(InvalidField):
        preferences.read_quiet(begin, end)


def test_quiet_hours_are_read_and_may_be_none() -> None:
    assert preferences.read_quiet("22:00", "06:00") == NIGHT
    assert preferences.read_quiet("", "") is None


FIRST, LAST = (datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2026, 2028))
moments = any_.datetimes(FIRST, LAST, timezones=any_.just(UTC))
times = any_.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(moments, times, times)
def test_nothing_waits_longer_than_a_day_and_nothing_leaves_in_quiet(
    moment: datetime, begin: time, end: time
) -> None:
    if begin == end:
        return
    wishes = replace(USUAL, quiet=Quiet(begin, end))
    leaves = preferences.due(moment, wishes, PATIENCE, urgent=False)
    assert moment < leaves <= moment + PATIENCE.usual + timedelta(days=1)
    assert not Quiet(begin, end).holds(leaves)
