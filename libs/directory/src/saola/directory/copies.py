"""Agencies and days as identity tells of them, written into the copy: the newer revision wins."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import Insert, insert

from saola.apis.identity.v1 import agencies_pb2, calendar_pb2
from saola.directory import lineage, states
from saola.directory.tables import agencies, agency_states, day_states, days
from saola.directory.tree import Parent, next_turn, parent_on, turns
from saola.directory.working import LOCAL
from saola.kit.call import ReadUnit, Unit
from saola.kit.database import Compiled
from saola.kit.names import id_of
from saola.kit.words import fold, sort_key


def today(unit: ReadUnit) -> date:
    """The day that people there write."""
    return unit.now.astimezone(LOCAL).date()


async def keep_agencies(unit: Unit, told: Sequence[agencies_pb2.Agency]) -> None:
    """Takes over what is newer than what is here, and whom that puts below whom."""
    await lineage.lock(unit)
    day = today(unit)
    rows = [_agency(one, day) for one in told]
    await states.remember(unit, agency_states, told, rows)
    taken = await upsert(unit, agencies, rows)
    if taken:
        await lineage.renew(unit, "directory_agencies", taken, day)


async def keep_days(unit: Unit, told: Sequence[calendar_pb2.Day]) -> None:
    rows = [_day(one) for one in told]
    await states.remember(unit, day_states, told, rows)
    for row in rows:
        await unit.write(KEEP_DAY, **row)


async def turn(unit: Unit) -> Sequence[UUID]:
    """Puts into force what was planned for today or before. Returns the agencies that it moved."""
    await lineage.lock(unit)
    day = today(unit)
    due = select(agencies).where(agencies.c.turns_on <= day)
    rows = (await unit.session.execute(due)).all()
    for row in rows:
        parents = stored(row.parents)
        await unit.session.execute(
            update(agencies)
            .where(agencies.c.id == row.id)
            .values(
                parent=parent_on(parents, day),
                turns_on=next_turn(day, *turns(parents), row.valid_to),
            )
        )
    moved = [row.id for row in rows]
    if moved:
        await lineage.renew(unit, "directory_agencies", moved, day)
    return moved


def stored(parents: Sequence[Sequence[str | None]]) -> list[Parent]:
    """The parents of a row."""
    return [
        Parent(
            UUID(agency),
            date.fromisoformat(since or ""),
            date.fromisoformat(until) if until else None,
        )
        for agency, since, until in parents
    ]


async def upsert(unit: Unit, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    if not rows:
        return []
    [key] = table.primary_key.columns
    upsert = _newer(table, insert(table).values(rows))
    return list(await unit.session.scalars(upsert.returning(key)))


def _newer(table: Table, new: Insert) -> Insert:
    return new.on_conflict_do_update(
        index_elements=[*table.primary_key.columns],
        set_={column.name: new.excluded[column.name] for column in table.columns},
        where=table.c.revision < new.excluded.revision,
    )


KEEP_DAY = Compiled(
    _newer(days, insert(days).values({one.name: bindparam(one.name) for one in days.columns}))
)


def _agency(agency: agencies_pb2.Agency, day: date) -> dict[str, Any]:
    parents = [
        Parent(id_of("agencies", one.agency), _date(one.valid_from), day_or_none(one.valid_to))
        for one in agency.parents
    ]
    ends = day_or_none(agency.valid_to)
    return {
        "id": id_of("agencies", agency.name),
        "code": agency.code,
        "title": agency.display_name,
        "short": agency.short_name,
        "kind": agencies_pb2.Agency.Kind.Name(agency.kind).removeprefix("KIND_").lower(),
        "area": id_of("areas", agency.area) if agency.area else None,
        "parent": parent_on(parents, day),
        "parents": [
            [str(one.agency), str(one.since), str(one.until) if one.until else None]
            for one in parents
        ],
        "valid_from": _date(agency.valid_from),
        "valid_to": ends,
        "successor": id_of("agencies", agency.successor) if agency.successor else None,
        "turns_on": next_turn(day, *turns(parents), ends),
        "revision": revision(agency.etag),
        "folded": fold(f"{agency.display_name} {agency.short_name} {agency.code}"),
        "sort_key": sort_key(agency.display_name),
    }


def _day(day: calendar_pb2.Day) -> dict[str, Any]:
    return {
        "date": _date(day.date),
        "kind": calendar_pb2.Day.Kind.Name(day.kind).removeprefix("KIND_").lower(),
        "note": day.note,
        "revision": revision(day.etag),
    }


def revision(etag: str) -> int:
    """The number in an etag of identity, which rises with each change."""
    return int(etag.strip('"'))


def _date(day: str) -> date:
    return date.fromisoformat(day)


def day_or_none(day: str) -> date | None:
    return date.fromisoformat(day) if day else None
