"""The life of a report, the terms of obligations, and the figures that come of them."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.kit.errors import DomainError, MissingField
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain import submissions
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.obligations import NotObliged, Term, check_obliged
from saola.services.warehouse.domain.submissions import State
from saola.services.warehouse.domain.values import WITHDRAWN, Judged, Status

ALLOWED = {
    (State.DRAFT, State.SUBMITTED),
    (State.SUBMITTED, State.RETURNED),
    (State.SUBMITTED, State.APPROVED),
    (State.RETURNED, State.SUBMITTED),
    (State.APPROVED, State.LOCKED),
    (State.APPROVED, State.UNLOCKED),
    (State.LOCKED, State.UNLOCKED),
    (State.UNLOCKED, State.SUBMITTED),
}
ITEMS = (
    Item("1", "Số ca", ValueType.INTEGER, required=True),
    Item("2", "Số khỏi", ValueType.INTEGER, required=True),
    Item("3", "Ghi chú", ValueType.TEXT),
)
days = st.dates(date(2025, 1, 1), date(2027, 1, 1))
terms = st.builds(
    lambda first, length: Term(
        first, None if length is None else date.fromordinal(first.toordinal() + length)
    ),
    days,
    st.one_of(st.none(), st.integers(1, 500)),
)


@pytest.mark.parametrize(("current", "to"), list(product(State, State)))
def test_a_report_goes_only_where_it_may(current: State, to: State) -> None:
    if (current, to) in ALLOWED:
        assert submissions.move(current, to) is to
    else:
        with pytest.raises(DomainError) as no:
            submissions.move(current, to)
        assert no.value.facts == {"current": current, "to": to}


def test_values_are_entered_only_while_it_is_with_its_writer() -> None:
    for state in State:
        if state in {State.DRAFT, State.RETURNED, State.UNLOCKED}:
            submissions.check_open(state)
        else:
            with pytest.raises(DomainError):
                submissions.check_open(state)


def test_whoever_submitted_does_not_decide() -> None:
    submissions.check_not_own("lan", "minh")
    with pytest.raises(submissions.OwnSubmission):
        submissions.check_not_own("lan", "lan")


def test_a_return_says_why() -> None:
    with pytest.raises(MissingField):
        submissions.check_reason(" \n")


def test_not_available_is_an_answer_but_silence_is_none() -> None:
    said = {"1": Status.MISSING, "2": Status.WITHDRAWN}
    [flaw] = submissions.missing(ITEMS, said)
    assert flaw.facts["item"] == "2"
    assert len(submissions.missing(ITEMS, {})) == 2


def test_one_flaw_is_told_as_it_is_and_several_together() -> None:
    flaws = submissions.missing(ITEMS, {})
    submissions.refuse([])
    with pytest.raises(submissions.ItemMissing):
        submissions.refuse(flaws[:1])
    with pytest.raises(submissions.InvalidValues) as no:
        submissions.refuse(flaws)
    assert no.value.also == tuple(flaws)


def test_saying_the_same_again_changes_nothing() -> None:
    five, six = Judged(Status.VALUE, "5", Decimal(5)), Judged(Status.VALUE, "6", Decimal(6))
    before = {"1": five, "2": five}
    assert submissions.changed({"1": five, "3": WITHDRAWN}, before) == {}
    assert submissions.changed({"1": six, "2": WITHDRAWN}, before) == {"1": six, "2": WITHDRAWN}


@given(terms, terms)
def test_two_terms_overlap_exactly_if_a_day_lies_in_both(one: Term, other: Term) -> None:
    latest = max(one.first, other.first)
    both = Period(latest, PeriodType.DAY) in one and Period(latest, PeriodType.DAY) in other
    assert one.overlaps(other) == other.overlaps(one) == both


def test_a_period_is_owed_if_it_begins_in_the_term() -> None:
    term = Term(date(2026, 1, 15), date(2026, 3, 1))
    check_obliged([term], Period.read("2026-02"), "forms/1")
    for period in ("2026-01", "2026-03", "2026-01-14", "2026-03-01"):
        with pytest.raises(NotObliged):
            check_obliged([term], Period.read(period), "forms/1")
