"""The dated tree, without a database."""

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from saola.directory.tree import Parent, Standing, Tree, circle, next_turn, overlap, parent_on

A, B, C, D = (UUID(int=n) for n in (1, 2, 3, 4))
JAN, JUL, DEC = date(2025, 1, 1), date(2025, 7, 1), date(2025, 12, 1)


def test_the_parent_is_the_one_of_the_day() -> None:
    parents = [Parent(A, JAN, JUL), Parent(B, JUL)]
    assert parent_on(parents, date(2025, 6, 30)) == A
    assert parent_on(parents, JUL) == B


def test_what_is_planned_or_has_ended_still_stands_below_somebody() -> None:
    assert parent_on([Parent(A, JUL, DEC)], JAN) == A
    assert parent_on([Parent(A, JUL, DEC)], date(2026, 1, 1)) == A
    assert parent_on([], JUL) is None


def test_a_tree_is_that_of_its_day_and_whoever_took_over_is_above_what_was_left() -> None:
    standing = {
        A: Standing([]),
        B: Standing([Parent(A, JAN)]),
        C: Standing([Parent(A, JAN, JUL), Parent(B, JUL)]),
        D: Standing([Parent(C, JAN, DEC)], DEC, B),
    }
    june, july, december = (Tree(standing, day) for day in (JAN, JUL, DEC))
    assert (june.below(B), june.below(C)) == ({B}, {C, D})
    assert (july.below(B), july.above(D)) == ({B, C, D}, {D, C, B, A})
    assert Tree({D: standing[D]}, DEC).above(D) == {D, C, B}
    assert december.below(A) == {A, B, C, D}
    assert Tree({A: Standing([], JAN, B), B: Standing([], JAN, A)}, JAN).below(A) == {A, B}


def test_two_that_change_places_in_turn_make_no_circle() -> None:
    tree = {A: [Parent(C, JAN, JUL), Parent(B, JUL)], B: [Parent(A, JAN, JUL), Parent(C, JUL)]}
    assert circle(A, tree) is None
    assert circle(B, tree) is None


def test_a_circle_that_exists_only_later_is_found_with_its_first_day() -> None:
    tree = {A: [Parent(D, JAN, JUL), Parent(C, JUL)], B: [Parent(A, JAN)], C: [Parent(B, JAN)]}
    assert circle(A, tree) == JUL


def test_an_agency_below_itself_is_a_circle() -> None:
    assert circle(A, {A: [Parent(A, JAN)]}) == JAN


def test_periods_that_touch_do_not_overlap() -> None:
    assert not overlap(JAN, JUL, JUL, None)
    assert overlap(JAN, None, JUL, None)


def test_the_next_turn_is_the_first_day_after_today() -> None:
    assert next_turn(JAN, JAN, DEC, None, JUL) == JUL
    assert next_turn(DEC, JAN, DEC, None) is None


NODES = [UUID(int=n) for n in range(6)]
PARENTS = st.builds(Parent, st.sampled_from(NODES), st.sampled_from([JAN, JUL, DEC]))
# Nobody has two parents on a day: identity refuses it.
FORESTS = st.dictionaries(
    st.sampled_from(NODES), st.lists(PARENTS, max_size=3, unique_by=lambda one: one.since)
)


@given(FORESTS, st.sampled_from(NODES))
def test_whoever_is_in_no_circle_comes_to_a_top_or_to_a_circle_of_others_on_every_day(
    tree: dict[UUID, list[Parent]], agency: UUID
) -> None:
    ordered = {node: sorted(parents, key=lambda one: one.since) for node, parents in tree.items()}
    found = circle(agency, ordered)
    for day in (JAN, JUL, DEC):
        path, at = [agency], parent_on(ordered.get(agency, ()), day)
        while at is not None and at not in path:
            path.append(at)
            at = parent_on(ordered.get(at, ()), day)
        if found is None:
            assert at != agency
        elif day == found:
            assert at == agency
