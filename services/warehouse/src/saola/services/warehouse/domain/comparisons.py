"""How a figure compares: with other periods, its plan, the rule of its light, and with others.

Amounts change by per cent, percentages by percentage points; the two are never mixed. Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeVar

from saola.kit.errors import Word
from saola.periods.periods import Period
from saola.services.warehouse.domain.indicators import Basis, Direction, LightRule

K = TypeVar("K")
HUNDRED: Final = Decimal(100)
SHOWN: Final = Decimal("0.01")


class In(Word):
    """What a change is counted in."""

    PERCENT = "percent", "%"
    PERCENTAGE_POINTS = "percentage_points", "điểm %"


class Sense(Word):
    BETTER = "better", "tốt lên"
    WORSE = "worse", "xấu đi"
    NEUTRAL = "neutral", "trung tính"


class Colour(Word):
    GREEN = "green", "xanh"
    YELLOW = "yellow", "vàng"
    RED = "red", "đỏ"


@dataclass(frozen=True)
class Change:
    """From one value to another."""

    value: Decimal
    unit: In
    sense: Sense


@dataclass(frozen=True)
class Planned:
    """What was planned for a period, and what of it there is."""

    period: Period
    value: Decimal
    actual: Decimal | None
    share: Decimal | None
    difference: Decimal | None
    elapsed: Decimal
    source: str = ""


@dataclass(frozen=True)
class Light:
    """A colour, what was looked at, and the thresholds that it was compared with."""

    colour: Colour | None
    measured: Decimal | None
    green: Decimal
    yellow: Decimal


def counted_in(unit: str) -> In:
    """A difference of percentages is told in points, whatever they are percentages of."""
    return In.PERCENTAGE_POINTS if unit.strip().startswith("%") else In.PERCENT


def change(
    now: Decimal | None, former: Decimal | None, unit: In, direction: Direction
) -> Change | None:
    """None where one is unknown. Of nought nothing is a percentage, but nought itself.

    Below nought the way is measured against the size of the former value: from -10 to 5 is +150 %.
    """
    if now is None or former is None:
        return None
    if unit is In.PERCENTAGE_POINTS:
        by = now - former
    elif former:
        by = (now - former) / abs(former) * HUNDRED
    elif now:
        return None
    else:
        by = Decimal(0)
    return Change(_shown(by), unit, _sense(now - former, direction))


def planned(
    plan: Decimal, of: Period, actual: Decimal | None, until: date, source: str = ""
) -> Planned:
    """How much of a plan there is at the end of the day `until`. Of a plan of nought or less no
    share can be told, but the difference can.
    """
    days = Decimal((of.last - of.begin).days + 1)
    over = Decimal((min(until, of.last) - of.begin).days + 1)
    known = actual is not None
    return Planned(
        of,
        plan,
        actual,
        _shown(actual / plan * HUNDRED) if actual is not None and plan > 0 else None,
        actual - plan if actual is not None and known else None,
        _shown(max(over, Decimal(0)) / days * HUNDRED),
        source,
    )


def light(
    rule: LightRule,
    direction: Direction,
    value: Decimal | None,
    year_before: Change | None,
    plan: Planned | None,
) -> Light | None:
    """By the rule of an indicator; none for one that has no good direction."""
    if direction is Direction.NEUTRAL:
        return None
    scale, measured = Decimal(1), value
    if rule.basis is Basis.PLAN:
        measured = plan.share if plan else None
        if rule.pro_rata and plan:
            scale = plan.elapsed / HUNDRED
    elif rule.basis is Basis.YEAR_BEFORE:
        measured = year_before.value if year_before else None
    green, yellow = rule.green * scale, rule.yellow * scale
    return Light(_colour(measured, green, yellow, direction), measured, green, yellow)


def ranked(values: Mapping[K, Decimal | None], direction: Direction) -> Mapping[K, int]:
    """The place of each that has a value, from 1. Equals share a place: 1, 2, 2, 4."""
    sign = 1 if direction is Direction.DOWN else -1
    known = sorted(
        (sign * value, key) for key, value in enumerate(values.values()) if value is not None
    )
    keys, places = list(values), dict[K, int]()
    for place, (size, number) in enumerate(known, 1):
        same = place > 1 and known[place - 2][0] == size
        places[keys[number]] = places[keys[known[place - 2][1]]] if same else place
    return places


def topmost(planned: Mapping[K, Decimal], above: Mapping[K, Collection[K]]) -> dict[K, Decimal]:
    """Of plans for agencies those that no other is above: a plan is for all below it too."""
    return {
        one: value
        for one, value in planned.items()
        if not any(other in planned for other in above.get(one, ()) if other != one)
    }


def _colour(
    measured: Decimal | None, green: Decimal, yellow: Decimal, direction: Direction
) -> Colour | None:
    if measured is None:
        return None
    sign = 1 if direction is Direction.UP else -1
    if sign * measured >= sign * green:
        return Colour.GREEN
    return Colour.YELLOW if sign * measured >= sign * yellow else Colour.RED


def _sense(by: Decimal, direction: Direction) -> Sense:
    if not by or direction is Direction.NEUTRAL:
        return Sense.NEUTRAL
    return Sense.BETTER if (by > 0) == (direction is Direction.UP) else Sense.WORSE


def _shown(number: Decimal) -> Decimal:
    return number.quantize(SHOWN, ROUND_HALF_UP)
