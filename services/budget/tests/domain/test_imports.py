"""Rows of the treasury: what they say, and what becomes of each."""

from datetime import date
from uuid import UUID

import pytest

from saola.kit.errors import DomainError
from saola.services.budget.domain import imports
from saola.services.budget.domain.imports import Known, Line, Outcome

TODAY = date(2026, 11, 20)
CELLS = {
    "day": "20/11/2026",
    "flow": "Thu",
    "chapter": "018",
    "sector": "",
    "item": "1701",
    "level": "2",
    "area": "03646",
    "document": "CT-1",
    "amount": "1.500.000",
}


def line(number: int = 2, **cells: str) -> Line:
    return Line(number, CELLS | cells)


def outcomes(*lines: Line) -> list[str]:
    return [one.outcome.value for one in imports.judge(lines, {}, TODAY)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1500000", 1_500_000), ("1.500.000", 1_500_000), ("1,500,000", 1_500_000), ("-12", -12)],
)
def test_money_is_whole_however_thousands_are_marked(text: str, amount: int) -> None:
    assert imports.amount(text) == amount


@pytest.mark.parametrize("text", ["1.5", "1.500,000", "12,5", "1e6", "1500000đ", "", "1 500"])
def test_what_is_no_whole_number_of_dong_is_refused(text: str) -> None:
    with pytest.raises(DomainError):
        imports.amount(text)


@pytest.mark.parametrize(
    ("cells", "reason", "field"),
    [
        ({"day": "31/02/2026"}, "INVALID_FIELD", "day"),
        ({"day": "21/11/2026"}, "NOT_YET", "day"),
        ({"flow": "vay"}, "INVALID_FIELD", "flow"),
        ({"chapter": "18A"}, "INVALID_CODE", "chapter"),
        ({"item": "170"}, "INVALID_CODE", "item"),
        ({"flow": "chi", "sector": ""}, "INVALID_CODE", "sector"),
        ({"level": "5"}, "INVALID_FIELD", "level"),
        ({"document": " "}, "MISSING_FIELD", "document"),
        ({"amount": "0"}, "INVALID_AMOUNT", "amount"),
        ({"area": "xã A"}, "INVALID_FIELD", "area"),
    ],
)
def test_a_wrong_cell_is_named(cells: dict[str, str], reason: str, field: str) -> None:
    [verdict] = imports.judge([line(**cells)], {}, TODAY)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.refusal is not None
    assert (verdict.refusal.reason, verdict.refusal.facts["field"]) == (reason, field)


def test_in_is_recorded_and_corrected_and_unchanged_and_refused() -> None:
    key = imports.read(line()).key
    known = {key: Known(UUID(int=1), 1_500_000)}
    lines = [
        line(2),
        line(3),
        line(4, document="CT-2"),
        line(5, item="x"),
    ]
    verdicts = imports.judge(lines, known, TODAY)
    assert [one.outcome for one in verdicts] == ["unchanged", "refused", "recorded", "refused"]
    [other] = imports.judge([line(amount="7")], known, TODAY)
    assert (other.outcome, other.supersedes) == (Outcome.CORRECTED, UUID(int=1))


def test_a_chapter_that_lost_its_zero_in_a_workbook_is_the_same() -> None:
    assert imports.read(line(chapter="18")).key.chapter == "018"
