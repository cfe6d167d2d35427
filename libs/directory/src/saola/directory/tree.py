"""A dated tree: who stood under whom, on which day. Pure: no I/O, no clock.

A period holds from its first day up to, and without, its last; an open one has no end.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID


class Parent(NamedTuple):
    """A parent, for a time."""

    agency: UUID
    since: date
    until: date | None = None


def holds(day: date, since: date, until: date | None) -> bool:
    return since <= day and (until is None or day < until)


def overlap(since: date, until: date | None, other: date, end: date | None) -> bool:
    """Whether two periods share a day."""
    return (end is None or since < end) and (until is None or other < until)


def parent_on(parents: Sequence[Parent], day: date) -> UUID | None:
    """The parent on that day; before the first the first, after the last the last.

    So one that is planned is already below somebody, and one that has ended still is: its rows
    stay with whom they were.
    """
    if not parents:
        return None
    begun = [parent for parent in parents if parent.since <= day]
    return (begun[-1] if begun else parents[0]).agency


class Standing(NamedTuple):
    """Below whom an agency stands, and who takes over when it ends."""

    parents: Sequence[Parent]
    end: date | None = None
    successor: UUID | None = None

    def above(self, day: date) -> set[UUID]:
        """Directly above it on a day: once it has ended, whoever took over too."""
        heir = self.successor if self.end is not None and self.end <= day else None
        return {one for one in (parent_on(self.parents, day), heir) if one is not None}


class Tree:
    """A whole tree on a day, as `lineage` holds today's: everybody is below themselves too."""

    def __init__(self, standing: Mapping[UUID, Standing], day: date) -> None:
        self._above = {id: one.above(day) for id, one in standing.items()}
        self._below = dict[UUID, set[UUID]]()
        for id, above in self._above.items():
            for one in above:
                self._below.setdefault(one, set()).add(id)

    def above(self, agency: UUID) -> set[UUID]:
        return _along(self._above, agency)

    def below(self, agency: UUID) -> set[UUID]:
        return _along(self._below, agency)


def _along(edges: Mapping[UUID, set[UUID]], start: UUID) -> set[UUID]:
    found, wanted = set[UUID](), {start}
    while wanted:
        found |= wanted
        wanted = set[UUID]().union(*(edges.get(one, ()) for one in wanted)) - found
    return found


def next_turn(day: date, *dates: date | None) -> date | None:
    """The first of `dates` after `day`: when something is next to change."""
    return min((one for one in dates if one is not None and one > day), default=None)


def turns(parents: Iterable[Parent]) -> list[date]:
    """The days on which another parent begins."""
    return [parent.since for parent in parents]


def circle(agency: UUID, parents: Mapping[UUID, Sequence[Parent]]) -> date | None:
    """The first day on which `agency` would be below itself, if there is one.

    `parents` has all whom the agency could reach on any day. Between two turns the tree stands
    still, so looking at the turns is looking at every day.
    """
    for day in sorted({since for one in _reach(agency, parents) for since in turns(parents[one])}):
        seen, at = {agency}, parent_on(parents.get(agency, ()), day)
        while at is not None and at not in seen:
            seen.add(at)
            at = parent_on(parents.get(at, ()), day)
        if at == agency:
            return day
    return None


def _reach(start: UUID, parents: Mapping[UUID, Sequence[Parent]]) -> set[UUID]:
    """Whoever is above `start` on any day, and is known."""
    found, wanted = set[UUID](), {start} if start in parents else set()
    while wanted:
        found |= wanted
        above = {parent.agency for one in wanted for parent in parents[one]}
        wanted = {one for one in above - found if one in parents}
    return found
