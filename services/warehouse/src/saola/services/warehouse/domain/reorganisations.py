"""What becomes of obligations when agencies are closed: merged, split up, or simply no more."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from saola.periods.periods import Period
from saola.services.warehouse.domain.obligations import Term
from saola.services.warehouse.domain.rollups import Cell


class Closing(NamedTuple):
    """That an agency is no more from a day on, and who takes over, if anybody does."""

    agency: UUID
    on: date
    successor: UUID | None = None


def heirs(closings: Iterable[Closing], day: date) -> Mapping[UUID, UUID]:
    """For each agency that is no more on a day, who does its open work then.

    Whoever took over may be closed too, and so on. Where nobody takes over at the end, the work
    stays where it was.
    """
    gone = {one.agency: one.successor for one in closings if one.on <= day}
    found = dict[UUID, UUID]()
    for agency, successor in gone.items():
        heir, seen = successor, {agency}
        while heir in gone and heir not in seen:
            seen.add(heir)
            heir = gone[heir]
        if heir is not None and heir not in seen:
            found[agency] = heir
    return found


class Merger(NamedTuple):
    """Since when an agency is no more, and who has taken over since, one after the other."""

    on: date
    heirs: Sequence[UUID]

    def is_told(
        self, said: Mapping[UUID, Mapping[Period, Cell]], periods: Sequence[Period]
    ) -> bool:
        """Whether the stock of an agency that was closed within `periods` is part of what an heir
        has `said` of a part of them since: counted beside it, it would be there twice."""
        first, last = periods[0].begin, periods[-1].last
        return first < self.on <= last and any(
            self.on <= period.begin and period.last <= last and cell.last is not None
            for heir in self.heirs
            for period, cell in said.get(heir, {}).items()
        )


def mergers(closings: Iterable[Closing], day: date) -> Mapping[UUID, Merger]:
    """Of each agency that is no more on a day, and that another has taken over."""
    gone = {one.agency: one for one in closings if one.on <= day}
    found = dict[UUID, Merger]()
    for agency, closing in gone.items():
        heirs, heir = list[UUID](), closing.successor
        while heir is not None and heir not in heirs:
            heirs.append(heir)
            heir = gone[heir].successor if heir in gone else None
        if heirs:
            found[agency] = Merger(closing.on, heirs)
    return found


def inherited(whole: Term, closed: date, owed: Iterable[Term]) -> Sequence[Term]:
    """What a successor takes over of an obligation, `whole` as it would have been: from the closing
    on, and only where it does not owe the same anyway."""
    return whole.since(closed).without(owed)
