"""Keys, bounds and identifiers of SDMX, both ways."""

from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from saola.kit.errors import InvalidField
from saola.services.warehouse.domain.series import Ends, Selection, code, identifier


class One(NamedTuple):
    series: tuple[str]
    number: int


@given(some.text("ABCXYZabcxyz019._/-Đđ", min_size=1))
def test_a_code_comes_back_from_its_identifier(text: str) -> None:
    assert code(identifier(text)) == text
    assert set(identifier(text)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@$-"
    )


def test_codes_that_differ_have_identifiers_that_differ() -> None:
    assert len({identifier(one) for one in ("A.B", "A/B", "A_B", "A-B", "AĐB", "AđB")}) == 6


def test_a_key_may_name_several_codes_and_several_keys() -> None:
    asked = Selection.read("HEALTH", "D.A1+A2.*.,M..NS@THU.", {})
    assert asked.field == "health"
    assert [(key.reporter, key.indicator) for key in asked.keys] == [
        ({"A1", "A2"}, set()),
        (set(), {"NS.THU"}),
    ]


@pytest.mark.parametrize(
    ("bounds", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("ge:2026-02+le:2026-03", date(2026, 2, 1), date(2026, 3, 31)),
        ("gt:2026-02+lt:2026-03", date(2026, 3, 1), date(2026, 2, 28)),
        ("gt:2025-12-31", date(2026, 1, 1), None),
    ],
)
def test_time_is_bounded_by_whole_periods(
    bounds: str, first: date | None, last: date | None
) -> None:
    asked = Selection.read("ALL", "*", {"TIME_PERIOD": bounds})
    assert asked.times == ((first, last),)


def test_of_several_bounds_any_will_do_and_none_is_none() -> None:
    asked = Selection.read("ALL", "*", {"TIME_PERIOD": "2026-02,ge:2026-11"})
    assert asked.times == (
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 11, 1), None),
    )
    assert Selection.read("ALL", "*", {}).times == ()


@pytest.mark.parametrize("key", ["D", "D..", "D.....", "D.A++B..", "x:y..."])
def test_a_key_of_another_shape_is_refused(key: str) -> None:
    with pytest.raises(InvalidField):
        Selection.read("ALL", key, {})


@pytest.mark.parametrize(
    ("head", "tail", "kept"),
    [(0, 0, [1, 2, 3, 4, 5]), (1, 0, [1, 4]), (0, 1, [3, 5]), (0, 2, [2, 3, 4, 5])],
)
def test_the_ends_of_each_series_are_kept_over_batches(
    head: int, tail: int, kept: list[int]
) -> None:
    ends = Ends(Selection().bounded(head, tail, None))
    rows = [One(("a",), 1), One(("a",), 2), One(("a",), 3), One(("b",), 4), One(("b",), 5)]
    found = [one.number for batch in (rows[:2], rows[2:]) for one in ends.take(batch)]
    assert [*found, *(one.number for one in ends.rest())] == kept
