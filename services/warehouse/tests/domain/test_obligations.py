"""Terms of obligations, and what is left of them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.kit.errors import InvalidField, MissingField
from saola.services.warehouse.domain.completeness import cells
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.obligations import (
    AgencyClosed,
    Term,
    check_reason,
    check_term,
    check_within,
)
from saola.services.warehouse.domain.reorganisations import Closing, heirs, inherited
from saola.services.warehouse.domain.values import Status

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=n) for n in range(40)]
days = st.sampled_from(DAYS)
terms = st.builds(
    lambda one, other, endless: Term(min(one, other), None if endless else max(one, other)),
    days,
    days,
    st.booleans(),
)
A, B, C, D = (UUID(int=n) for n in range(1, 5))
JULY = date(2026, 7, 1)


def held(*of: Term) -> set[date]:
    """The days on which any of these holds."""
    return {
        day for day in DAYS for term in of
        if term.first <= day and (term.end is None or day < term.end)
    }  # fmt: skip


@given(terms, days)
def test_what_is_before_a_day_and_what_is_from_it_make_the_whole(term: Term, day: date) -> None:
    before, after = term.until(day), term.since(day)
    assert held(before) | held(after) == held(term)
    assert not held(before) & held(after)
    assert not before.overlaps(after)


@given(terms, terms)
def test_two_overlap_where_they_share_a_day(one: Term, other: Term) -> None:
    assert one.overlaps(other) == bool(held(one) & held(other)) or {one.end, other.end} == {None}


@given(terms, st.lists(terms, max_size=5))
def test_what_is_left_is_the_whole_without_the_others(whole: Term, others: list[Term]) -> None:
    left = whole.without(others)
    assert held(*left) == held(whole) - held(*others)
    assert not any(term.is_empty for term in left)
    assert list(left) == sorted(left, key=lambda term: term.first)


@given(terms, days, st.lists(terms, max_size=4))
def test_a_successor_owes_once_what_was_left(whole: Term, closed: date, owed: list[Term]) -> None:
    gained = inherited(whole, closed, owed)
    assert held(*gained, *owed) >= held(whole.since(closed))
    assert not held(*gained) & (held(*owed) | held(whole.until(closed)))


def test_a_term_is_at_least_a_day() -> None:
    with pytest.raises(InvalidField):
        check_term(START, START)


def test_nobody_owes_what_begins_when_they_are_no_more() -> None:
    check_within(Term(START, JULY), "agencies/1", JULY)
    check_within(Term(START), "agencies/1", None)
    for term in (Term(START), Term(START, date(2026, 7, 2)), Term(JULY, date(2026, 8, 1))):
        with pytest.raises(AgencyClosed):
            check_within(term, "agencies/1", JULY)


@pytest.mark.parametrize("reason", ["", "  ", "a\0", "x" * 2001])
def test_a_reason_says_something(reason: str) -> None:
    with pytest.raises((MissingField, InvalidField)):
        check_reason(reason, "reason")


def test_open_work_goes_to_whoever_took_over_in_the_end() -> None:
    closings = [Closing(A, JULY, B), Closing(B, date(2027, 1, 1), C), Closing(D, JULY)]
    assert heirs(closings, date(2026, 6, 30)) == {}
    assert heirs(closings, JULY) == {A: B}
    assert heirs(closings, date(2027, 1, 1)) == {A: C, B: C}


def test_a_circle_of_successors_leads_to_nobody() -> None:
    assert heirs([Closing(A, JULY, B), Closing(B, JULY, A)], JULY) == {}


def test_what_is_said_to_be_missing_fills_no_cell() -> None:
    items = [Item(code, "?", ValueType.INTEGER, required=code != "5") for code in "12345"]
    said = {
        "1": Status.VALUE,
        "2": Status.NOTHING_OCCURRED,
        "3": Status.MISSING,
        "5": Status.VALUE,
        "9": Status.VALUE,
    }
    assert cells(items, said) == (4, 2)
