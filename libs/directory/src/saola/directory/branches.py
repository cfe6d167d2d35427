"""Who is below whom: today, as row security has it, or as it was known at a moment."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from saola.directory import states
from saola.directory.copies import stored
from saola.directory.tables import agency_states
from saola.directory.tree import Standing, Tree
from saola.directory.working import LOCAL
from saola.kit.call import ReadUnit
from saola.kit.tables import lineage


def today(top: UUID) -> Select[tuple[UUID]]:
    """An agency and all that are below it."""
    return select(lineage.c.agency).where(lineage.c.ancestor == top)


async def below(unit: ReadUnit, top: UUID, as_of: datetime | None) -> set[UUID]:
    """An agency and all that are below it, or were then."""
    if as_of is not None:
        return (await tree(unit, as_of)).below(top)
    return {row.agency for row in await unit.rows(today(top))}


async def above(
    unit: ReadUnit, agencies: Collection[UUID], as_of: datetime | None
) -> Mapping[UUID, Collection[UUID]]:
    """Whom of these each has above it, itself included; or had then."""
    if as_of is not None:
        then = await tree(unit, as_of)
        return {one: then.above(one).intersection(agencies) for one in agencies}
    its = (lineage.c.agency.in_(agencies), lineage.c.ancestor.in_(agencies))
    found = dict[UUID, list[UUID]]()
    for row in await unit.rows(select(lineage.c.agency, lineage.c.ancestor).where(*its)):
        found.setdefault(row.agency, []).append(row.ancestor)
    return found


async def tree(unit: ReadUnit, as_of: datetime) -> Tree:
    """The tree of that day, as it was known at that moment."""
    known = states.as_of(agency_states, as_of).c
    rows = await unit.rows(select(known.id, known.parents, known.valid_to, known.successor))
    standing = {row.id: Standing(stored(row.parents), row.valid_to, row.successor) for row in rows}
    return Tree(standing, as_of.astimezone(LOCAL).date())
