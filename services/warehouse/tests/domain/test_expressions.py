"""The sides of comparisons: what is read, what it comes to, and what is never run."""

import contextlib
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.services.warehouse.domain import expressions
from saola.services.warehouse.domain.expressions import InvalidExpression, Misread, read

VALUES = {"boys": Decimal(12), "girls": Decimal(13), "1.1": Decimal("0.5"), "2-a": Decimal(-4)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("boys + girls", 25),
        ("boys+girls*2", 38),
        ("(boys + girls) * 2", 50),
        ("[1.1] * 2", 1),
        ("-[2-a]", 4),
        ("boys - -girls", 25),
        ("boys / girls", Fraction(12, 13)),
        ("boys / 3 * 3", 12),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("boys - girls - 1", -2),
        ("boys / 2 / 2", 3),
        ("[absent] + 1", 1),
        (" 7 ", 7),
        ("[boys]", 12),
        ("+boys", 12),
        ("999999999999999999.999999", Fraction(Decimal("999999999999999999.999999"))),
    ],
)
def test_what_is_written_is_reckoned_exactly(text: str, value: int | Fraction) -> None:
    assert read(text).value(VALUES) == value


def test_it_names_its_items_once_each_in_their_order() -> None:
    assert read("[b] + a * [1.1] - a / 2").items == ("b", "a", "1.1")
    assert read("1 + 2").items == ()


@pytest.mark.parametrize("text", ["boys / 0", "1 / (girls - 13)", "boys / absent", "1/(0/5)"])
def test_what_is_divided_by_nought_comes_to_nothing(text: str) -> None:
    assert read(text).value(VALUES) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "boys girls",
        "boys +",
        "boys ** 2",
        "boys // 2",
        "boys(girls)",
        "(boys",
        "()",
        "boys, girls",
        "boys if girls else 1",
        "boys.real",
        "__import__('os')",
        "lambda: 1",
        "boys == girls",
        "boys; girls",
        "boys % 2",
        "~boys",
        "'a'",
        "_0",
        "[a b]",
        "[]",
        "[" + "a" * 41 + "]",
        "1e9",
        "0x10",
        "1_000",
        "1.2.3",
        ".5",
        "1234567890123456789",
        "0.1234567",
        "nữ + nam",
        "boys +\0 girls",
        "+".join(["boys"] * 101),
        "(" * 60 + "boys" + ")" * 60 + "(",
        "-" * 60 + "boys",
        "(" * 240 + "1" + ")" * 240,
        "boys # + girls",
        "boys \\\n + girls",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        read(text)
    with pytest.raises(InvalidExpression, match="cannot be read"):
        expressions.check(text, "form.rules[0].comparison.left.expression")


@given(st.text())
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with contextlib.suppress(Misread):
        read(text).value(VALUES)


def written(depth: int) -> st.SearchStrategy[tuple[str, Fraction]]:
    """An expression and what it comes to, by another way: built together."""
    leaves = st.integers(0, 999).map(lambda n: (str(n), Fraction(n)))
    if depth == 0:
        return leaves
    inner = written(depth - 1)
    return st.one_of(
        leaves,
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]} + {two[1][0]})", two[0][1] + two[1][1])
        ),
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]} - {two[1][0]})", two[0][1] - two[1][1])
        ),
        st.tuples(inner, inner).map(
            lambda two: (f"({two[0][0]}) * {two[1][0]}", two[0][1] * two[1][1])
        ),
    ).map(lambda one: (f"({one[0]})", one[1]))


@given(written(3))
def test_it_comes_to_what_it_was_built_of(one: tuple[str, Fraction]) -> None:
    text, value = one
    try:
        assert read(text).value({}) == value
    except Misread:
        assert len(text) > expressions.LONGEST
