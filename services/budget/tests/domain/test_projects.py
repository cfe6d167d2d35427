"""When a project is late: more than two months, to the day."""

from datetime import date

import pytest

from saola.services.budget.domain.projects import is_late, late_since


@pytest.mark.parametrize(
    ("last", "late"),
    [
        (date(2026, 6, 30), date(2026, 8, 31)),
        (date(2026, 12, 31), date(2027, 3, 1)),
        (date(2027, 12, 31), date(2028, 3, 1)),
        (date(2026, 11, 15), date(2027, 1, 16)),
    ],
)
def test_two_months_after_its_end_it_is_not_late_yet(last: date, late: date) -> None:
    assert late_since(last) == late
    assert not is_late(last, None, date.fromordinal(late.toordinal() - 1))
    assert is_late(last, None, late)


def test_what_is_finished_is_late_only_until_then() -> None:
    last, finished = date(2026, 1, 31), date(2026, 7, 1)
    assert is_late(last, finished, date(2026, 6, 30))
    assert not is_late(last, finished, finished)
