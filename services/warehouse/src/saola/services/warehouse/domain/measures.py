"""An indicator as its figures need it: what is read for one, and what is shown of it. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain import figures
from saola.services.warehouse.domain.comparisons import (
    In,
)
from saola.services.warehouse.domain.figures import NONE_REPORTED, Sums
from saola.services.warehouse.domain.indicators import Aggregation, Direction, LightRule
from saola.services.warehouse.domain.rollups import Cell, preferred, since_new_year

ONE: Final = Decimal(1)


@dataclass(frozen=True)
class Source:
    """What is reported: an indicator, and how it adds up."""

    id: UUID
    aggregation: Aggregation


@dataclass(frozen=True)
class Measure:
    """An indicator: what is reported of it itself, or of its numerator and its denominator."""

    id: UUID
    aggregation: Aggregation
    direction: Direction
    unit: In
    sources: tuple[Source, ...]
    factor: Decimal = ONE
    light: LightRule | None = None

    def value(self, sums: Sequence[Sums]) -> Decimal | None:
        """Out of what was reported of each source."""
        if self.aggregation is not Aggregation.RATE:
            return figures.value(self.aggregation, sums[0])
        if len(self.sources) != 2:  # a part of it is gone
            return None
        numerator, denominator = (
            figures.value(source.aggregation, one)
            for source, one in zip(self.sources, sums, strict=True)
        )
        return figures.rate(numerator, denominator, self.factor)

    def is_simple(self, wanted: "Wanted") -> bool:
        """Whether it adds up without regard to who has said what: not where periods make one for
        each agency first, nor as two parts of which one alone says nothing.
        """
        return self.aggregation is not Aggregation.RATE and (
            not wanted.since_new_year or self.aggregation is Aggregation.SUM
        )

    def found(self, cells: Sequence[Sequence[Cell]]) -> "Found":
        """Of several agencies, a cell of each source from each."""
        sums = [figures.together(of) for of in zip(*cells, strict=True)]
        return Found(self.value(sums), sums[0])


class Wanted(NamedTuple):
    """A value that is to be read: of an indicator for a period, or since New Year to its end."""

    measure: UUID
    period: Period
    since_new_year: bool = False

    @property
    def periods(self) -> Sequence[Period]:
        """Of which cells it is made, for each agency."""
        return since_new_year(self.period) if self.since_new_year else (self.period,)


class Found(NamedTuple):
    """What was read: the value, and how many have reported what it comes of."""

    value: Decimal | None = None
    sums: Sums = NONE_REPORTED


NOTHING_FOUND: Final = Found()
WHOLE: Final = ""  # the key of what is not broken down
REST: Final = ""  # and of what lies in no part


class Groups(NamedTuple):
    """Into what figures are broken down: each agency by itself, or by the key given for it; those
    for which none is given make a part too.
    """

    keys: Mapping[UUID, str] | None = None

    def key(self, agency: UUID) -> str:
        return str(agency) if self.keys is None else self.keys.get(agency, REST)


class Latest(NamedTuple):
    """Of each type for which there is anything the latest period; and those reported so."""

    periods: Mapping[PeriodType, Period]
    reported: Collection[PeriodType]


Read = Callable[[Wanted], Found]


def period_of(
    measure: Measure, latest: Mapping[UUID, Latest], type: PeriodType | None
) -> Period | None:
    """The latest period of an indicator that can be shown; of that type, if one is asked for."""
    known = [latest[source.id] for source in measure.sources if source.id in latest]
    common = set(types_of(measure, latest))
    reported = common & {type for one in known for type in one.reported}
    shown = type or preferred(reported or common)
    return min(one.periods[shown] for one in known) if shown in common else None


def types_of(measure: Measure, latest: Mapping[UUID, Latest]) -> Sequence[PeriodType]:
    """The types of period for which an indicator has figures: those that all its sources have."""
    known = [set(latest[one.id].periods) if one.id in latest else set() for one in measure.sources]
    common = set.intersection(*known) if known else set[PeriodType]()
    return [type for type in PeriodType if type in common]
