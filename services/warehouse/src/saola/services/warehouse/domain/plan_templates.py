"""A file of plans that is drawn up: for whom and when, and its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from saola.kit.errors import InvalidField
from saola.kit.names import id_of
from saola.periods.periods import Period, PeriodType, through
from saola.services.warehouse.domain.plan_files import TYPES
from saola.services.warehouse.domain.plans import Held


class Measured(NamedTuple):
    """An indicator of a file that is drawn up."""

    id: UUID
    code: str
    title_vi: str
    title_en: str
    unit: str


class Owner(NamedTuple):
    """An agency of such a file."""

    id: UUID
    code: str
    title: str


class Line(NamedTuple):
    """A line to fill in, with what is planned so far."""

    indicator: Measured
    agency: Owner
    period: Period
    held: Held | None


@dataclass(frozen=True)
class Wanted:
    """Of which agency and all below it, year and periods; of one indicator, or of a field."""

    agency: UUID
    year: Period
    type: PeriodType
    indicator: str = ""
    field: str = ""

    @classmethod
    def read(cls, agency: str, year: str, type: str, indicator: str, field: str) -> "Wanted":
        try:
            of, kind = Period.read(year), PeriodType(type or PeriodType.YEAR)
        except ValueError as error:
            raise InvalidField(field="year") from error
        if of.type is not PeriodType.YEAR:
            raise InvalidField(field="year")
        if kind not in TYPES:
            raise InvalidField(field="period_type")
        return cls(id_of("agencies", agency), of, kind, indicator, field)

    @property
    def periods(self) -> Sequence[Period]:
        """Those of the type that begin in the year."""
        first, last = self.year.begin, self.year.last
        every = through(Period.of(self.type, first), Period.of(self.type, last))
        return list(every)
