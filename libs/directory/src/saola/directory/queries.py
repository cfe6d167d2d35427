"""What a service asks of its copy of the directory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, or_, select

from saola.directory import states
from saola.directory.tables import agencies, day_states, days
from saola.directory.working import Calendar
from saola.kit.call import ReadUnit
from saola.kit.tables import lineage


class Title(NamedTuple):
    """What an agency is called: in full, in short where it has such a name, and its code."""

    title: str
    short: str
    code: str


async def calendar(unit: ReadUnit, as_of: datetime | None = None) -> Calendar:
    """The working calendar, for rules of deadlines; as it was known then, if a moment is named."""
    known = days if as_of is None else states.as_of(day_states, as_of)
    rows = await unit.rows(select(known.c.date, known.c.kind))
    return Calendar(
        holidays=frozenset(row.date for row in rows if row.kind == "holiday"),
        made_up=frozenset(row.date for row in rows if row.kind == "made_up"),
    )


async def titles(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, Title]:
    """What agencies are called. One that the copy does not know yet is left out."""
    wanted = select(agencies.c.id, agencies.c.title, agencies.c.short, agencies.c.code)
    rows = await unit.rows(wanted.where(agencies.c.id.in_(ids)))
    return {row.id: Title(row.title, row.short or row.title, row.code) for row in rows}


async def agency(unit: ReadUnit, id: UUID) -> Row[Any] | None:
    return await unit.one(select(agencies).where(agencies.c.id == id))


async def within(
    unit: ReadUnit, ids: Collection[UUID], above: Collection[UUID]
) -> Collection[UUID]:
    """Of these agencies those that are, or stand below, one of some."""
    wanted = select(lineage.c.agency).distinct()
    wanted = wanted.where(lineage.c.agency.in_(ids), lineage.c.ancestor.in_(above))
    return [row.agency for row in await unit.rows(wanted)]


async def by_codes(unit: ReadUnit, codes: Collection[str], on: date) -> Mapping[str, UUID]:
    """The agencies that have these local codes on a day."""
    wanted = select(agencies.c.code, agencies.c.id).where(
        agencies.c.code.in_(codes),
        agencies.c.valid_from <= on,
        or_(agencies.c.valid_to.is_(None), agencies.c.valid_to > on),
    )
    return {row.code: row.id for row in await unit.rows(wanted)}


async def valid(unit: ReadUnit, on: date) -> Sequence[Row[Any]]:
    """Every agency that there is on a day, in the order of the Vietnamese alphabet."""
    wanted = select(agencies).where(
        agencies.c.valid_from <= on, or_(agencies.c.valid_to.is_(None), agencies.c.valid_to > on)
    )
    return await unit.rows(wanted.order_by(agencies.c.sort_key, agencies.c.id))
