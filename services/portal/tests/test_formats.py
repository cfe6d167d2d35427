"""Numbers, dates and times as people of either language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from saola.edges.portal import charts, formats


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        ("1234.5", "1.234,5", "1,234.5"),
        ("-1204", "−1.204", "−1,204"),
        ("0", "0", "0"),
        ("12.50", "12,50", "12.50"),
    ],
)
def test_a_number_is_written_as_its_readers_do(value: str, vi: str, en: str) -> None:
    assert formats.number(Decimal(value), "vi") == vi
    assert formats.number(Decimal(value), "en") == en


def test_a_gap_is_no_zero() -> None:
    assert formats.number(None, "vi") == "–"
    assert formats.decimal("") is None
    assert formats.decimal("1e5") is None


def test_a_tile_shows_about_four_digits() -> None:
    shown = [
        formats.tile(Decimal(one), "en")
        for one in ("4986.34", "61.84", "8.421", "3.000", "7.800", "100")
    ]
    assert shown == ["4,986", "61.84", "8.421", "3", "7.8", "100"]


def test_what_is_stored_is_spelt_as_one_types_it() -> None:
    assert formats.typed("-1204.5", "vi") == "-1.204,5"
    assert formats.typed("Xanh", "vi") == "Xanh"


def test_moments_are_told_by_the_clocks_of_vietnam() -> None:
    last_second = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)
    assert formats.when(last_second, "vi") == "23:59, 31/12/2026"
    assert formats.when(datetime(2026, 12, 31, 17, tzinfo=UTC), "en") == "00:00, 1 Jan 2027"


def test_days_and_periods() -> None:
    assert formats.weekday(date(2026, 11, 20), "vi") == "Thứ Sáu, 20/11/2026"
    assert formats.weekday(date(2026, 11, 20), "en") == "Friday 20 November 2026"
    assert formats.period("2026-11", "vi") == "Tháng 11/2026"
    assert formats.period("2026-11", "en") == "November 2026"
    assert formats.period("?", "vi") == "?"
    assert [formats.before(one) for one in ("2026-01-01", "2026-01")] == ["2025-12-31", "2025-12"]


def test_a_countdown_shows_hours() -> None:
    assert formats.left(4722) == "01:18:42"


def test_a_gap_in_a_line_stays_a_gap() -> None:
    drawn = charts.spark([Decimal(1), None, Decimal(3), Decimal(2)], "4 kỳ")
    line = drawn.partition('class="l" d="')[2].partition('"')[0]
    assert line.count("M") == 2
    assert "style" not in drawn


def test_a_label_is_escaped_in_a_chart() -> None:
    assert "<script>" not in charts.stack([("in", 1)], '"><script>')


def test_a_number_keeps_the_digits_it_came_with() -> None:
    assert formats.number(Decimal("7.5"), "vi") == "7,5"
    assert formats.number(Decimal("7.50"), "vi") == "7,50"
