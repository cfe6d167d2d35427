"""What people call periods."""

from datetime import date

import pytest

from saola.periods.periods import NotAPeriod, Period, PeriodType
from saola.periods.titles import read_title, title


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2026-11-02", "02/11/2026", "2 Nov 2026"),
        ("2026-W47", "Tuần 47/2026", "Week 47, 2026"),
        ("2026-W01", "Tuần 1/2026", "Week 1, 2026"),
        ("2026-11", "Tháng 11/2026", "November 2026"),
        ("2026-Q4", "Quý IV/2026", "Q4 2026"),
        ("2026-S1", "6 tháng đầu năm 2026", "First half of 2026"),
        ("2026-S2", "6 tháng cuối năm 2026", "Second half of 2026"),
        ("2026-9M", "9 tháng năm 2026", "First nine months of 2026"),
        ("2026", "Năm 2026", "2026"),
    ],
)
def test_titles(text: str, vi: str, en: str) -> None:
    period = Period.read(text)
    assert (title(period, "vi"), title(period, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Quý IV/2026", "2026-Q4"),
        ("quý 4 năm 2026", "2026-Q4"),
        ("Q4/2026", "2026-Q4"),
        ("Tuần 01/2026", "2026-W01"),
        ("week 53, 2026", "2026-W53"),
        ("6 tháng đầu năm 2026", "2026-S1"),
        ("Second half of 2026", "2026-S2"),
        ("9 tháng năm 2026", "2026-9M"),
        ("9 tháng 2026", "2026-9M"),
        ("Tháng 11 năm 2026", "2026-11"),
        ("november 2026", "2026-11"),
        ("Năm 2026", "2026"),
    ],
)
def test_a_title_is_read(text: str, period: str) -> None:
    expected = Period.read(period)
    assert read_title(text, expected.type) == expected


@pytest.mark.parametrize("type", [type for type in PeriodType if type is not PeriodType.DAY])
def test_every_title_comes_back(type: PeriodType) -> None:
    for year in (1975, 2020, 2026, 2199):
        period = Period.read(f"{year}-06-15")
        for one in (Period.of(type, period.begin), Period.of(type, date(year, 1, 4))):
            assert {read_title(title(one, language), type) for language in ("vi", "en")} == {one}


@pytest.mark.parametrize(
    "text", ["Quý V/2026", "Quý IV", "Quý IV/1974", "Quý IV/20266", "", "I/2026"]
)
def test_what_is_no_title_is_refused(text: str) -> None:
    with pytest.raises(NotAPeriod):
        read_title(text, PeriodType.QUARTER)
