"""Periods as SDMX and DHIS2 write them."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from libs.periods.tests.days import days, types

from saola.periods.notations import from_dhis2, from_sdmx, to_dhis2, to_sdmx
from saola.periods.periods import NotAPeriod, Period, PeriodType

dhis2_types = st.sampled_from([type for type in PeriodType if type is not PeriodType.NINE_MONTHS])


@given(days, types)
def test_sdmx_and_back(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    assert from_sdmx(to_sdmx(period)) == period


@given(days, dhis2_types)
def test_dhis2_and_back(day: date, type: PeriodType) -> None:
    period = Period.of(type, day)
    assert from_dhis2(to_dhis2(period)) == period


@given(st.from_regex(re.compile(r"20[0-9]{2}([0-9]{2}){0,2}|20[0-9]{2}(W[0-9]{2}|[QS][1-4])")))
def test_whatever_dhis2_id_is_read_is_written_so(text: str) -> None:
    try:
        period = from_dhis2(text)
    except NotAPeriod:
        return
    assert to_dhis2(period) == text.replace("W0", "W")


@pytest.mark.parametrize(
    ("text", "sdmx", "dhis2"),
    [
        ("2026-11-22", "2026-11-22", "20261122"),
        ("2026-W47", "2026-W47", "2026W47"),
        ("2026-W07", "2026-W07", "2026W7"),
        ("2026-11", "2026-11", "202611"),
        ("2026-Q4", "2026-Q4", "2026Q4"),
        ("2026-S2", "2026-S2", "2026S2"),
        ("2026", "2026", "2026"),
    ],
)
def test_one_period_three_ways(text: str, sdmx: str, dhis2: str) -> None:
    period = Period.read(text)
    assert (to_sdmx(period), to_dhis2(period)) == (sdmx, dhis2)


def test_nine_months_are_a_range_in_sdmx_and_nothing_in_dhis2() -> None:
    nine = Period.read("2026-9M")
    assert to_sdmx(nine) == "2026-01-01/P9M"
    with pytest.raises(NotAPeriod):
        to_dhis2(nine)
    with pytest.raises(NotAPeriod):
        from_sdmx("2026-9M")


@pytest.mark.parametrize("text", ["2026W54", "2025W53", "202613", "2026Oct", "202611B", "2026-11"])
def test_what_dhis2_has_and_we_have_not_is_no_period(text: str) -> None:
    with pytest.raises(NotAPeriod):
        from_dhis2(text)
