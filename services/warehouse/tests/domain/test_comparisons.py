"""Per cent and percentage points, plans, lights and ranks, with the cases that are got wrong."""

from decimal import Decimal

import pytest

from saola.periods.periods import Period
from saola.services.warehouse.domain.comparisons import (
    Change,
    Colour,
    In,
    Sense,
    change,
    counted_in,
    light,
    planned,
    ranked,
    topmost,
)
from saola.services.warehouse.domain.indicators import Basis, Direction, LightRule

YEAR, NOVEMBER = Period.read("2026"), Period.read("2026-11")
UP, DOWN, NEUTRAL = Direction.UP, Direction.DOWN, Direction.NEUTRAL


@pytest.mark.parametrize(
    ("now", "former", "by"),
    [
        ("110", "100", "10.00"),
        ("90", "100", "-10.00"),
        ("0", "100", "-100.00"),
        ("5", "-10", "150.00"),  # up by 15 from a size of 10
        ("-15", "-10", "-50.00"),
        ("0", "0", "0"),
        ("1", "3", "-66.67"),
    ],
)
def test_amounts_change_by_per_cent(now: str, former: str, by: str) -> None:
    found = change(Decimal(now), Decimal(former), In.PERCENT, UP)
    assert found is not None
    assert (found.value, found.unit) == (Decimal(by), In.PERCENT)


def test_of_nought_nothing_is_a_percentage() -> None:
    assert change(Decimal(5), Decimal(0), In.PERCENT, UP) is None
    assert change(Decimal(-5), Decimal(0), In.PERCENT, UP) is None


def test_percentages_change_by_points_even_from_nought() -> None:
    assert change(Decimal("7.1"), Decimal("6.5"), In.PERCENTAGE_POINTS, UP) == Change(
        Decimal("0.60"), In.PERCENTAGE_POINTS, Sense.BETTER
    )
    found = change(Decimal(5), Decimal(0), In.PERCENTAGE_POINTS, UP)
    assert found is not None
    assert found.value == 5


def test_the_unit_says_which_it_is() -> None:
    assert counted_in("%") is In.PERCENTAGE_POINTS
    assert counted_in(" % ") is In.PERCENTAGE_POINTS
    assert counted_in("% dự toán") is In.PERCENTAGE_POINTS
    assert counted_in("tỷ đồng") is In.PERCENT
    assert counted_in("ca/100.000 dân") is In.PERCENT


def test_missing_is_no_change() -> None:
    assert change(None, Decimal(3), In.PERCENT, UP) is None
    assert change(Decimal(3), None, In.PERCENT, UP) is None


@pytest.mark.parametrize(
    ("direction", "now", "sense"),
    [
        (UP, 12, Sense.BETTER),
        (UP, 8, Sense.WORSE),
        (DOWN, 12, Sense.WORSE),
        (DOWN, 8, Sense.BETTER),
        (DOWN, 10, Sense.NEUTRAL),
        (NEUTRAL, 12, Sense.NEUTRAL),
    ],
)
def test_whether_more_is_better_says_the_indicator(
    direction: Direction, now: int, sense: Sense
) -> None:
    found = change(Decimal(now), Decimal(10), In.PERCENT, direction)
    assert found is not None
    assert found.sense is sense


def test_of_a_plan_share_difference_and_the_time_that_is_over() -> None:
    found = planned(Decimal(1200), YEAR, Decimal(900), NOVEMBER.last)
    assert (found.share, found.difference, found.elapsed) == (
        Decimal(75),
        Decimal(-300),
        Decimal("91.51"),
    )
    assert planned(Decimal(100), NOVEMBER, Decimal(100), NOVEMBER.last).elapsed == 100


@pytest.mark.parametrize("plan", ["0", "-100"])
def test_of_a_plan_of_nought_or_less_there_is_a_difference_and_no_share(plan: str) -> None:
    found = planned(Decimal(plan), YEAR, Decimal(50), NOVEMBER.last)
    assert found.share is None
    assert found.difference == 50 - Decimal(plan)


def test_what_is_missing_is_no_share_of_a_plan() -> None:
    found = planned(Decimal(100), YEAR, None, NOVEMBER.last)
    assert (found.share, found.difference) == (None, None)


@pytest.mark.parametrize(
    ("direction", "thresholds", "value", "colour"),
    [
        (UP, (95, 80), 95, Colour.GREEN),
        (UP, (95, 80), 94, Colour.YELLOW),
        (UP, (95, 80), 80, Colour.YELLOW),
        (UP, (95, 80), 79, Colour.RED),
        (DOWN, (5, 10), 5, Colour.GREEN),
        (DOWN, (5, 10), 6, Colour.YELLOW),
        (DOWN, (5, 10), 11, Colour.RED),
    ],
)
def test_a_light_shines_by_its_thresholds_and_the_good_direction(
    direction: Direction, thresholds: tuple[int, int], value: int, colour: Colour
) -> None:
    rule = LightRule(Basis.VALUE, *map(Decimal, thresholds))
    found = light(rule, direction, Decimal(value), None, None)
    assert found is not None
    assert found.colour is colour


def test_the_thresholds_of_a_plan_shrink_to_the_time_that_is_over() -> None:
    rule = LightRule(Basis.PLAN, Decimal(100), Decimal(90), pro_rata=True)
    half = planned(Decimal(1000), YEAR, Decimal(480), Period.read("2026-06").last)
    found = light(rule, UP, Decimal(80), None, half)
    assert found is not None
    assert (found.colour, found.measured) == (Colour.YELLOW, Decimal(48))
    assert (found.green, found.yellow) == (Decimal("49.59"), Decimal("44.631"))


def test_a_light_looks_at_the_year_before_where_its_rule_does() -> None:
    rule = LightRule(Basis.YEAR_BEFORE, Decimal(5), Decimal(0))
    found = light(rule, UP, Decimal(80), change(Decimal(80), Decimal(79), In.PERCENT, UP), None)
    assert found is not None
    assert (found.colour, found.measured) == (Colour.YELLOW, Decimal("1.27"))


def test_where_nothing_is_known_no_light_shines_and_neutral_ones_never() -> None:
    rule = LightRule(Basis.PLAN, Decimal(100), Decimal(90))
    found = light(rule, UP, Decimal(80), None, None)
    assert found is not None
    assert (found.colour, found.measured) == (None, None)
    assert light(rule, NEUTRAL, Decimal(80), None, None) is None


def test_equals_share_a_place_and_the_next_is_left_out() -> None:
    values = {
        "a": Decimal(7),
        "b": Decimal(9),
        "c": Decimal("7.0"),
        "d": None,
        "e": Decimal(1),
        "f": Decimal(0),
    }
    assert ranked(values, UP) == {"b": 1, "a": 2, "c": 2, "e": 4, "f": 5}
    assert ranked(values, DOWN) == {"f": 1, "e": 2, "a": 3, "c": 3, "b": 5}
    assert ranked({"a": None}, UP) == {}


def test_a_plan_is_for_all_below_it_too() -> None:
    above = {
        "province": ["province"],
        "health": ["health", "province"],
        "clinic": ["clinic", "health", "province"],
    }
    assert topmost({"province": Decimal(9), "clinic": Decimal(2)}, above) == {
        "province": Decimal(9)
    }
    assert topmost({"health": Decimal(5), "clinic": Decimal(2)}, above) == {"health": Decimal(5)}
    assert topmost({"clinic": Decimal(2), "school": Decimal(3)}, above) == {
        "clinic": Decimal(2),
        "school": Decimal(3),
    }
