"""Numbers unlike an agency's own history, against the formula written out and by hand."""

from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola.services.warehouse.domain.outliers import LEAST, Bounds, unusual

ONE = Decimal(1)
# Median 2.45, median distance 0.15: bounds 2.45 ± 3.5 · 0.15 / 0.6745.
EXAMPLE = [
    Decimal(n) for n in ("2.1", "2.6", "2.4", "2.5", "2.3", "2.1", "2.3", "2.6", "8.2", "8.3")
]


def ago(*numbers: int | Decimal) -> dict[int, Decimal]:
    """The last stands right before."""
    return {len(numbers) - n: Decimal(number) for n, number in enumerate(numbers)}


def score(value: Decimal, history: list[Decimal]) -> Decimal:
    middle = median(history)
    return Decimal("0.6745") * abs(value - middle) / median(abs(x - middle) for x in history)


def test_the_score_is_that_of_iglewicz_and_hoaglin() -> None:
    tenth = Decimal("0.1")
    assert score(Decimal("8.2"), EXAMPLE) > Decimal("3.5")
    for value in (Decimal(n) / 10 for n in range(-50, 120)):
        found = unusual(value, ago(*EXAMPLE), 1, tenth)
        assert (found is not None) == (score(value, EXAMPLE) > Decimal("3.5")), value
    found = unusual(Decimal("8.3"), ago(*EXAMPLE), 1, tenth)
    assert found is not None
    assert (found.count, found.seasonal, found.constant) == (10, False, None)
    assert abs(found.upper - Decimal("3.22835")) < Decimal("0.001")


@pytest.mark.parametrize("count", range(LEAST))
def test_below_eight_former_periods_it_says_nothing(count: int) -> None:
    assert unusual(Decimal(10**9), ago(*range(count)), 12, ONE) is None


def test_where_most_are_equal_the_mean_distance_takes_the_place_of_the_median() -> None:
    history = ago(10, 10, 10, 10, 10, 10, 10, 18)  # MAD 0, mean distance 1
    assert unusual(Decimal(14), history, 1, ONE) is None  # 4 / 1.253 = 3.19
    found = unusual(Decimal(15), history, 1, ONE)  # 5 / 1.253 = 3.99
    assert found is not None
    assert found.constant is None


def test_a_constant_history_knows_a_step_and_a_fiftieth() -> None:
    zeros, many = ago(*[0] * 12), ago(*[10_000] * 12)
    assert unusual(Decimal(3), zeros, 1, ONE) is None
    assert unusual(Decimal(4), zeros, 1, ONE) == Bounds(
        Decimal("-3.5"), Decimal("3.5"), 12, seasonal=False, constant=Decimal(0)
    )
    assert unusual(Decimal(10_700), many, 1, ONE) is None
    found = unusual(Decimal(10_701), many, 1, ONE)
    assert found is not None
    assert found.constant == 10_000
    assert unusual(Decimal(9_299), many, 1, ONE) is not None
    assert unusual(Decimal("0.4"), zeros, 1, Decimal("0.1")) is not None


def test_a_season_is_no_outlier_once_two_years_are_there() -> None:
    """Every January is ten times the other months."""
    year = [1000, *[100 + n for n in range(11)]]
    two = [n + 3 * (i % 5) for i, n in enumerate(year * 2)]
    january = Decimal(1005)
    assert unusual(january, ago(*two[-12:-4]), 12, ONE) is not None  # it does not know Januaries
    assert unusual(january, ago(*two), 12, ONE) is None
    found = unusual(Decimal(105), ago(*two), 12, ONE)  # as much as a February
    assert found is not None
    assert (found.seasonal, found.count) == (True, 12)
    assert found.lower > 105


def test_without_the_same_season_last_year_it_compares_with_all() -> None:
    history = ago(*range(100, 124))
    del history[12]
    found = unusual(Decimal(500), history, 12, ONE)
    assert found is not None
    assert (found.seasonal, found.count) == (False, 23)


def test_one_year_and_a_half_is_no_two_years() -> None:
    found = unusual(Decimal(9000), ago(*range(100, 120)), 12, ONE)
    assert found is not None
    assert not found.seasonal


def test_gaps_are_no_zeros() -> None:
    history = {n: Decimal(100 + n % 3) for n in range(1, 30, 2)}
    assert unusual(Decimal(101), history, 12, ONE) is None
    assert unusual(Decimal(0), history, 12, ONE) is not None


numbers = st.decimals(-(10**9), 10**9, places=2, allow_nan=False)


@given(
    st.dictionaries(st.integers(1, 60), numbers, max_size=40), numbers, st.sampled_from([1, 4, 12])
)
def test_what_is_unusual_lies_outside_its_bounds_and_what_is_within_is_not(
    history: dict[int, Decimal], value: Decimal, season: int
) -> None:
    step = Decimal("0.01")
    found = unusual(value, history, season, step)
    if found is not None:
        assert not found.lower <= value <= found.upper
        middle = (found.lower + found.upper) / 2
        assert unusual(middle, history, season, step) is None


@given(st.lists(numbers, min_size=8, max_size=30), numbers, numbers)
def test_all_moved_by_the_same_is_as_before_unless_all_are_equal(
    history: list[Decimal], value: Decimal, by: Decimal
) -> None:
    if len(set(history)) > 1:
        before = unusual(value, ago(*history), 1, ONE)
        after = unusual(value + by, ago(*(one + by for one in history)), 1, ONE)
        assert (before is None) == (after is None)
