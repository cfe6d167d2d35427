"""Days, terms and numbers as people type them: what is asked for, or what is wrong where."""

import pytest

from saola.edges.portal.i18n import words
from saola.edges.portal.typed import Typed

VI, EN = words("vi"), words("en")


@pytest.mark.parametrize(
    ("vi", "said"),
    [("1.204", "1204"), ("1.234.567,5", "1234567.5"), ("−0,5", "-0.5"), ("12500", "12500")],
)
def test_a_number_is_read_in_the_language_of_the_reader(vi: str, said: str) -> None:
    assert Typed({"value": vi}).decimal("value", VI) == said


@pytest.mark.parametrize("text", ["", "1,204.5", "12.50", "1.2345", "mười", "١٢", "1e5", "--1"])
def test_what_is_no_number_in_vietnam_is_asked_about_and_never_guessed(text: str) -> None:
    typed = Typed({"value": text})
    assert typed.decimal("value", VI) == ""
    assert typed.errors == {"value": "Hãy ghi số theo dạng 1.234,5."}


def test_in_english_points_and_commas_change_places() -> None:
    assert Typed({"value": "1,204.5"}).decimal("value", EN) == "1204.5"


def test_a_term_ends_after_it_begins() -> None:
    assert Typed({"valid_from": "1/1/2026", "valid_to": ""}).term(VI) == ("2026-01-01", "")
    typed = Typed({"valid_from": "31/12/2026", "valid_to": "31/12/2026"})
    typed.term(VI)
    assert list(typed.errors) == ["valid_to"]
    missing = Typed({"valid_from": "30/02/2026", "valid_to": ""})
    missing.term(VI, must=True)
    assert list(missing.errors) == ["valid_from", "valid_to"]
