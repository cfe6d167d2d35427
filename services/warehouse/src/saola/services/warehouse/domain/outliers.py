"""Numbers that are unlike an agency's own history: the modified z-score.

Iglewicz and Hoaglin (1993): 0.6745 times the distance from the median, over the median of such
distances (MAD), is beyond 3.5. Where more than half are equal, that is 0 and the mean distance
takes its place, as they say; where all are equal, a fiftieth of the number, or the smallest step
that there is. Amounts with seasons are compared with the same season before, by how much they
have changed: a January is no outlier for being January.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Final

from saola.periods.periods import PeriodType

LEAST: Final = 8  # former periods, or changes; below that there is nothing to compare with
THRESHOLD: Final = Decimal("3.5")
NORMAL: Final = Decimal("0.6745")  # the third quartile of the normal distribution
OF_MEAN: Final = Decimal("1.253314")  # from mean distance to standard deviation: √(π/2)
SLACK: Final = Decimal("0.02")
# How many periods make a season's round, and how many former ones are looked at.
SEASON: Final = {
    PeriodType.DAY: 7,
    PeriodType.WEEK: 52,
    PeriodType.MONTH: 12,
    PeriodType.QUARTER: 4,
    PeriodType.HALF_YEAR: 2,
    PeriodType.NINE_MONTHS: 1,
    PeriodType.YEAR: 1,
}
LOOK_BACK: Final = {
    PeriodType.DAY: 56,
    PeriodType.WEEK: 156,
    PeriodType.MONTH: 48,
    PeriodType.QUARTER: 24,
    PeriodType.HALF_YEAR: 24,
    PeriodType.NINE_MONTHS: 12,
    PeriodType.YEAR: 12,
}


@dataclass(frozen=True)
class Bounds:
    """Between which numbers one was to be expected, after how many others."""

    lower: Decimal
    upper: Decimal
    count: int
    seasonal: bool
    # The same number each time before.
    constant: Decimal | None = None


def unusual(
    value: Decimal,
    history: Mapping[int, Decimal],
    season: int,
    step: Decimal,
    threshold: Decimal = THRESHOLD,
) -> Bounds | None:
    """The bounds outside of which `value` lies; nothing, if it does not, or nobody can say.

    `history` holds former numbers by how many periods ago they were (1 is the period before), and
    what is missing is missing; `season` is how many periods make a round, or 1; `step` is the least
    by which two numbers can differ.
    """
    if len(history) < LEAST:
        return None
    former = list(history.values())
    magnitude = abs(median(former))
    sample: Sequence[Decimal] = former
    base = Decimal(0)
    changes = _changes(history, season)
    seasonal = len(changes) >= LEAST and season in history
    if seasonal:
        sample, base = changes, history[season]
    middle, scale = _spread(sample, max(step, magnitude * SLACK))
    reach = threshold * scale
    if abs(value - base - middle) <= reach:
        return None
    same = former[0] if len(set(former)) == 1 else None
    lower, upper = base + middle - reach, base + middle + reach
    return Bounds(lower, upper, len(sample), seasonal, same)


def _changes(history: Mapping[int, Decimal], season: int) -> Sequence[Decimal]:
    """By how much numbers have changed against the same season; none before two years are there."""
    if season <= 1 or max(history) < 2 * season:
        return ()
    return [
        number - history[ago + season] for ago, number in history.items() if ago + season in history
    ]


def _spread(sample: Sequence[Decimal], least: Decimal) -> tuple[Decimal, Decimal]:
    """The median, and one standard deviation as robust as the sample allows."""
    middle = median(sample)
    distances = [abs(number - middle) for number in sample]
    if mad := median(distances):
        return middle, mad / NORMAL
    mean = sum(distances, Decimal(0)) / len(distances)
    return middle, mean * OF_MEAN if mean else least
