"""What is asked about agencies that are closed: when, and who takes over."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from saola.directory import states
from saola.directory.tables import agencies, agency_states
from saola.kit.call import ReadUnit
from saola.services.warehouse.domain.reorganisations import Closing, heirs


async def of(
    unit: ReadUnit, ids: Collection[UUID] | None = None, as_of: datetime | None = None
) -> Sequence[Closing]:
    """Of these agencies, or of all, those that have an end, planned or past; as was known then, if
    a moment is named."""
    a = agencies.c if as_of is None else states.as_of(agency_states, as_of).c
    query = select(a.id, a.valid_to, a.successor).where(a.valid_to.is_not(None))
    if ids is not None:
        query = query.where(a.id.in_(ids))
    rows = await unit.rows(query.order_by(a.valid_to, a.id))
    return [Closing(row.id, row.valid_to, row.successor) for row in rows]


async def successors(unit: ReadUnit, day: date, as_of: datetime | None) -> Mapping[UUID, UUID]:
    """For each agency that is no more on a day, who does its open work then."""
    return heirs(await of(unit, as_of=as_of), day)


async def ends(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, date | None]:
    """From when on each of these is no more, if ever. One that is not known is left out."""
    rows = await unit.rows(select(agencies.c.id, agencies.c.valid_to).where(agencies.c.id.in_(ids)))
    return {row.id: row.valid_to for row in rows}
