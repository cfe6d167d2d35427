"""Periods and their neighbours."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libs.periods.tests.days import days, types

from saola.periods.periods import (
    MAKES,
    WRITTEN,
    NotAPeriod,
    Period,
    PeriodType,
    before,
    through,
)


@given(days, types)
def test_what_is_written_is_read_again(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    assert Period.read(str(period)) == period


@given(days, types)
def test_every_text_is_of_one_type_alone(day: date, type: PeriodType) -> None:
    text = str(Period.of(type, day))
    assert [one for one, written in WRITTEN.items() if re.fullmatch(written, text)] == [type]


@given(days, types)
def test_a_day_lies_in_its_period(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    after_september = type is PeriodType.NINE_MONTHS and day.month > 9
    assert (day in period) is not after_september


@given(days, types)
def test_the_next_period_follows_without_a_gap(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    assert period.former < period < period.next
    assert period.next.former == period == period.former.next
    gap = (period.next.begin - period.last).days
    assert gap == (93 if type is PeriodType.NINE_MONTHS else 1)


@given(days, types, st.integers(-400, 400), st.integers(-400, 400))
def test_two_shifts_are_one(day: date, type: PeriodType, one: int, other: int) -> None:
    period = Period.of(type, date(2090, day.month, min(day.day, 28)))
    assert period.shifted(one).shifted(other) == period.shifted(one + other)


@given(days, types, st.integers(1, 60))
def test_a_course_of_periods_ends_with_the_last(day: date, type: PeriodType, count: int) -> None:
    period = Period.of(type, day)
    found = list(before(period, count))
    assert found[-1] == period
    assert found == list(through(found[0], period))
    assert len(found) == count


@given(days, types)
def test_the_course_of_a_year_begins_with_its_first(day: date, type: PeriodType) -> None:
    found = Period.of(type, day).so_far
    assert found[-1] == Period.of(type, day)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert {one.year for one in found} == {found[-1].year}
    assert found[0].former.year == found[0].year - 1


@given(days, types, types)
def test_what_encloses_is_made_of_its_parts(day: date, small: PeriodType, type: PeriodType) -> None:
    part = Period.of(small, day)
    whole = part.enclosing(type)
    if whole is None:
        assert type not in MAKES[small] or type is PeriodType.NINE_MONTHS
    else:
        parts = whole.parts(small)
        assert part in parts
        assert (parts[0].begin, parts[-1].last) == (whole.begin, whole.last)
        assert all(one.next == other for one, other in pairwise(parts))


@given(days, types)
def test_the_year_before_has_it_too(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    former = period.year_before
    assert (former.type, former.year) == (type, period.year - 1)
    leap = str(period)[4:] in {"-02-29", "-W53"}
    assert leap or str(former)[4:] == str(period)[4:]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11-22", "2026-11-22", "2026-11-22"),
        ("2026-W47", "2026-11-16", "2026-11-22"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2100-02", "2100-02-01", "2100-02-28"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-S2", "2026-07-01", "2026-12-31"),
        ("2026-9M", "2026-01-01", "2026-09-30"),
        ("2026", "2026-01-01", "2026-12-31"),
    ],
)
def test_bounds(text: str, first: str, last: str) -> None:
    period = Period.read(text)
    assert (str(period.begin), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-02-29", "2026-1-2", "26-01", "2026-11-22 ", "2026W47",
     "2026-11-31", "٢٠٢٦-١١", "0001-01", "9999-12", "2026-11-22T00:00", "2026-W00", "2025-W53",
     "2026-W54", "2026-Q5", "2026-Q0", "2026-S3", "2026-6M", "2026-9m", "20261122", "2026-"],
)  # fmt: skip
def test_nothing_else_is_a_period(text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.read(text)


def test_the_year_ends_in_every_type() -> None:
    after = [str(Period.of(type, date(2026, 12, 31)).next) for type in PeriodType]
    assert after == ["2027-01-01", "2027-W01", "2027-01", "2027-Q1", "2027-S1", "2027-9M", "2027"]


def test_a_year_of_53_weeks_is_followed_by_its_first() -> None:
    assert str(Period.read("2026-W53").next) == "2027-W01"
    assert str(Period.read("2027-W01").former) == "2026-W53"
    assert str(Period.read("2026-W53").year_before) == "2025-W52"
    assert str(Period.read("2027-W52").year_before) == "2026-W52"


def test_the_29th_of_february_is_compared_with_the_28th() -> None:
    assert str(Period.read("2028-02-29").year_before) == "2027-02-28"
    assert str(Period.read("2028-03-01").year_before) == "2027-03-01"


def test_nine_months_are_made_of_months_and_quarters_and_make_nothing() -> None:
    nine = Period.read("2026-9M")
    assert [len(nine.parts(type)) for type in PeriodType] == [273, 0, 9, 3, 0, 0, 0]
    assert [nine.enclosing(type) for type in PeriodType] == [None] * 7
    assert Period.read("2026-Q4").enclosing(PeriodType.NINE_MONTHS) is None
    assert Period.read("2026-09").enclosing(PeriodType.NINE_MONTHS) == nine


def test_weeks_make_no_month_and_no_year() -> None:
    assert [Period.read("2026-W20").enclosing(type) for type in PeriodType] == [None] * 7
    assert len(Period.read("2026-W20").parts(PeriodType.DAY)) == 7


def test_a_leap_year_is_made_of_366_days() -> None:
    found = [day.begin for day in Period.read("2028").parts(PeriodType.DAY)]
    assert found == [date(2028, 1, 1) + timedelta(days=n) for n in range(366)]
