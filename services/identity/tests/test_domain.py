"""The rules of the directory, without a database."""

from datetime import date
from uuid import UUID

import pytest

from saola.directory.tree import Parent
from saola.kit.errors import DomainError, InvalidField
from saola.services.identity.domain import agencies, calendar, officials
from saola.services.identity.domain.agencies import Code, DatesOutOfOrder, Life
from saola.services.identity.domain.officials import Held

A, B = UUID(int=1), UUID(int=2)
JAN, JUL, DEC = date(2025, 1, 1), date(2025, 7, 1), date(2025, 12, 1)


def test_a_move_ends_one_period_and_begins_the_next() -> None:
    assert agencies.moved([Parent(A, JAN)], B, JUL, "x") == [Parent(A, JAN, JUL), Parent(B, JUL)]


def test_a_move_to_where_it_is_changes_nothing() -> None:
    assert agencies.moved([Parent(A, JAN)], A, JUL, "x") == [Parent(A, JAN)]


def test_a_planned_move_may_be_planned_anew_for_its_day() -> None:
    planned = agencies.moved([Parent(A, JAN)], B, JUL, "x")
    assert agencies.moved(planned, UUID(int=3), JUL, "x")[-1] == Parent(UUID(int=3), JUL)
    assert agencies.moved(planned, A, JUL, "x") == [Parent(A, JAN)]


def test_no_move_goes_behind_the_last_one() -> None:
    with pytest.raises(DatesOutOfOrder):
        agencies.moved([Parent(A, JAN, JUL), Parent(B, JUL)], A, JAN, "x")


def test_codes_of_one_scheme_follow_each_other() -> None:
    local = Code("local", "SO-YT", JAN)
    old, new = Code("qd20", "H52.01", JAN, JUL), Code("qd20", "H52.1", JUL)
    assert agencies.codes(local, [old, new]) == [local, old, new]
    with pytest.raises(DatesOutOfOrder):
        agencies.codes(local, [Code("qd20", "H52.01", JAN), new])
    with pytest.raises(DatesOutOfOrder):
        agencies.codes(local, [Code("qd20", "H52.01", JUL, JUL)])


@pytest.mark.parametrize("scheme", ["", "QD20", "local", "a" * 21, "qd 20"])
def test_what_is_no_scheme_is_refused(scheme: str) -> None:
    with pytest.raises(DomainError):
        agencies.codes(Code("local", "A", JAN), [Code(scheme, "1", JAN)])


def test_an_agency_that_ends_takes_its_last_period_along() -> None:
    assert agencies.closed(Life(JAN), [Parent(A, JAN)], JUL, "x") == [Parent(A, JAN, JUL)]
    with pytest.raises(agencies.AgencyClosed):
        agencies.closed(Life(JAN, JUL), [Parent(A, JAN, JUL)], DEC, "x")
    with pytest.raises(DatesOutOfOrder):
        agencies.closed(Life(JUL), [Parent(A, JUL)], JUL, "x")


def test_only_a_weekend_day_makes_up_for_another() -> None:
    calendar.check(date(2026, 8, 22), calendar.Kind.MADE_UP)
    with pytest.raises(DomainError):
        calendar.check(date(2026, 8, 21), calendar.Kind.MADE_UP)


def test_a_token_says_the_positions_of_the_day() -> None:
    positions = [Held(A, "CV", JAN, JUL, signs=False), Held(B, "TP", JUL, None, signs=True)]
    assert officials.claims(positions, date(2025, 6, 30)) == [f"{A}|CV"]
    assert officials.claims(positions, JUL) == [f"{B}|TP"]
    assert officials.turns_on(positions, JAN) == JUL
    assert officials.open_in(positions, JUL) == {B}


def test_a_title_cannot_forge_a_second_position() -> None:
    with pytest.raises(DomainError):
        officials.check_positions([Held(A, f"CV|{B}", JAN, None, signs=False)])


@pytest.mark.parametrize("letter", sorted(officials.NOT_IN_NAMES))
def test_a_letter_that_no_name_has_is_named(letter: str) -> None:
    with pytest.raises(officials.LetterNotInNames) as no:
        officials.full_name(f"Lò Thị{letter}Mai")
    assert no.value.facts == {"field": "official.full_name", "letter": letter}


@pytest.mark.parametrize("name", ["Lò Thị Mai", "H'Hen Niê", "Nguyễn-Lê An, ThS.", "Y"])
def test_a_name_as_people_have_it_is_taken(name: str) -> None:
    assert officials.full_name(f"  {name} ") == name


@pytest.mark.parametrize(
    "email",
    ["a@b", "a@-b.vn", "a@b-.vn", f"a@{'b' * 64}.vn", f"{'a' * 65}@b.vn", ".a@b.vn", "a b@c.vn"],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    position = Held(A, "CV", JAN, None, signs=False)
    with pytest.raises(InvalidField):
        officials.Said("Lò Thị Mai", email, ("reporter",), (position,)).checked()


def test_every_refusal_says_it_in_two_languages() -> None:
    names = ("agency", "field", "valid_to", "count", "role", "least", "column", "code", "row")
    facts = dict.fromkeys(
        (*names, "letter", "valid_from", "delegation", "official", "position"), "x"
    )
    own = [one for one in DomainError.__subclasses__() if ".identity." in one.__module__]
    assert len(own) == 16
    for refusal in own:
        said = refusal(**facts)
        assert said.text("vi") != said.text("en")
