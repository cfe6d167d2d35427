"""No text becomes a formula in a spreadsheet, and each comes back as it was."""

import pytest

from saola.sheets.cells import is_computed, meant, shown

FORMULAS = ("=1+1", "@SUM(A1)", "-A1", "+84 912", "\t=1", "\r=1", "-2+3+cmd|' /C calc'!A0")


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "''@", "- ba ca", "--5"])
def test_what_begins_like_a_formula_travels_behind_an_apostrophe(text: str) -> None:
    assert shown(text) == f"'{text}"
    assert meant(shown(text)) == text


@pytest.mark.parametrize("text", ["-5", "-1.204,5", "5", "'n", "'", "", "một", "a=b"])
def test_what_does_not_stays_as_it_is(text: str) -> None:
    assert meant(shown(text)) == shown(text) == text


def test_a_cell_that_would_be_computed_is_known() -> None:
    assert [is_computed(cell) for cell in ("=1", "@A", "'=1", "-5", "+5", "")] == [
        *(True, True),
        *(False,) * 4,
    ]
