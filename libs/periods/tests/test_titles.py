"""What people call periods."""

import pytest

from saola.periods.periods import Period
from saola.periods.titles import title


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
