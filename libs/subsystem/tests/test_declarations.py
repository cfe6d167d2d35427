"""What may be declared, and which periods are over when."""

from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from saola.periods.periods import Period, PeriodType
from saola.periods.windows import Window
from saola.subsystem.declarations import Aggregation, Indicator, Moment, Report, written

from .counts import REPORT

ON_FRIDAY = datetime(2026, 11, 20, 3, tzinfo=UTC)  # 10:00 in Vietnam
ON_SUNDAY = datetime(2026, 11, 22, 13, tzinfo=UTC)  # 20:00


def closed(report: Report, since: str, now: datetime) -> list[str]:
    return [str(one) for one in report.closed(Period.read(since), now)]


def test_a_day_is_over_at_its_cut_off_and_not_before() -> None:
    assert closed(REPORT, "2026-11-19", ON_FRIDAY) == ["2026-11-19"]
    six = datetime(2026, 11, 20, 23, tzinfo=UTC)  # Saturday, 06:00
    assert closed(REPORT, "2026-11-20", six) == ["2026-11-20"]
    before = six.replace(hour=22, minute=59, second=59)
    assert closed(REPORT, "2026-11-20", before) == []


def test_who_was_off_finds_each_period_that_is_over_in_order() -> None:
    assert closed(REPORT, "2026-11-20", ON_SUNDAY) == ["2026-11-20", "2026-11-21"]


def test_a_window_closes_in_the_middle_of_the_month() -> None:
    monthly = replace(REPORT, period_type=PeriodType.MONTH, window=Window(15))
    assert closed(monthly, "2026-10", ON_FRIDAY) == ["2026-10", "2026-11"]
    assert closed(replace(monthly, window=Window()), "2026-10", ON_FRIDAY) == ["2026-10"]


def test_the_last_second_of_the_year_belongs_to_it() -> None:
    yearly = replace(REPORT, period_type=PeriodType.YEAR, cut_off=Moment(0, time(23, 59)))
    new_year = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23:59
    assert closed(yearly, "2026", new_year) == ["2026"]
    assert closed(yearly, "2026", new_year.replace(minute=58)) == []


def test_a_rate_is_made_of_two_that_are_measured() -> None:
    with pytest.raises(ValueError, match="a rate"):
        Indicator("DEM.TL", "Tỷ lệ", "Rate", "%", Aggregation.RATE)
    rate = Indicator(
        "DEM.TL",
        "Tỷ lệ",
        "Rate",
        "%",
        Aggregation.RATE,
        numerator="DEM.NGAY",
        denominator="DEM.KHAC",
    )
    with pytest.raises(ValueError, match="not measured"):
        replace(REPORT, rates=[rate])
    known = replace(rate, denominator="DEM.NAM")
    assert [one.code for one in replace(REPORT, rates=[known]).indicators] == [
        "DEM.NGAY",
        "DEM.NAM",
        "DEM.TL",
    ]


def test_a_cut_off_lies_before_the_deadline_and_items_are_told_apart() -> None:
    with pytest.raises(ValueError, match="cut-off"):
        replace(REPORT, cut_off=Moment(1, time(9)))
    with pytest.raises(ValueError, match="of its own"):
        replace(REPORT, measures=[REPORT.measures[0], REPORT.measures[0]])


def test_money_is_written_in_full() -> None:
    assert written(12_345_678_901_234) == "12345678901234"
    assert written(Decimal("1E+3")) == "1000"
    assert (written(0), written(None)) == ("0", "")
