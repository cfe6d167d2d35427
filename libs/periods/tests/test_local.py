"""Days and hours on the clocks of Vietnam."""

from datetime import UTC, date, datetime, time

from saola.periods.local import instant, local_day


def test_the_day_begins_at_midnight_in_vietnam_not_in_greenwich() -> None:
    assert local_day(datetime(2026, 12, 31, 16, 59, 59, 999999, UTC)) == date(2026, 12, 31)
    assert local_day(datetime(2026, 12, 31, 17, tzinfo=UTC)) == date(2027, 1, 1)


def test_five_in_the_afternoon_is_ten_in_greenwich() -> None:
    assert instant(date(2026, 11, 22), time(17)) == datetime(2026, 11, 22, 10, tzinfo=UTC)
