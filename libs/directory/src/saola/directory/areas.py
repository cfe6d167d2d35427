"""The copy of areas, for a service that shows figures by place: beside that of agencies.

Its tables call `join`, its migrations those here, its consumers and clock `follow` and `keep`. An
area stays below the one in which it was made: what is known of it is when it ends.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    Date,
    FromClause,
    Index,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    select,
)

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.areas_pb2 import Area, ListAreasRequest
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.directory import states
from saola.directory.copies import day_or_none, revision, upsert
from saola.directory.migrations import keep_all
from saola.directory.tables import agencies, agency_states
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.consumers import Consumers
from saola.kit.jobs import Jobs
from saola.kit.names import id_of
from saola.kit.resync import resync
from saola.kit.tables import Instant, metadata
from saola.kit.words import sort_key

places = metadata()

# Every area of the site, former ones too. It is common to all: no row security.
areas = Table(
    "directory_areas",
    places,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("parent", Uuid),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("revision", BigInteger, nullable=False),
    Column("sort_key", Text, nullable=False),
    Index(None, "parent"),
)
area_states = Table(
    "directory_area_states",
    places,
    Column("id", Uuid, primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    Column("recorded_at", Instant, nullable=False),
    Column("valid_to", Date),
)


def _inside(known: FromClause) -> Select[Any]:
    """The agencies in some areas, or anywhere below one of them, and in which of those."""
    top = select(areas.c.id.label("area"), areas.c.id.label("top")).where(
        areas.c.id == any_(bindparam("tops", type_=ARRAY(Uuid)))
    )
    below = top.cte("below", recursive=True)
    beneath = select(areas.c.id, below.c.top).join(below, areas.c.parent == below.c.area)
    below = below.union(beneath)
    return select(known.c.id, below.c.top).join(below, known.c.area == below.c.area)


INSIDE: Final = _inside(agencies)


def join(tables: MetaData) -> None:
    """Makes the copy part of a service's tables."""
    for table in places.sorted_tables:
        table.to_metadata(tables)


def create_0001(op: Any) -> None:  # Alembic's operations
    """For a migration: the first form of the copy."""
    op.create_table(
        "directory_areas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parent", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_areas")),
    )
    op.create_index(op.f("ix_directory_areas_parent"), "directory_areas", ["parent"])


def create_0002(op: Any) -> None:  # as above
    """What is known of areas is kept, state by state."""
    op.create_table(
        "directory_area_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("pk_directory_area_states")),
    )
    op.execute("""
        insert into directory_area_states
        select id, revision, '-infinity', valid_to from directory_areas
    """)
    keep_all("directory_area_states")


def follow(on: Consumers) -> None:
    on(events.AreaChanged)(area_changed)


def keep_time(clock: Jobs) -> None:
    clock(once=True)(resync_areas)


async def area_changed(unit: Unit, event: events.AreaChanged) -> None:
    await keep(unit, [event.state])


async def resync_areas(call: Call) -> None:
    """All areas from identity: at the first start, and when `saola resync` asks."""
    await resync(call, call.peer(AreasServiceStub).ListAreas, ListAreasRequest(), keep)


async def keep(unit: Unit, told: Sequence[Area]) -> None:
    """Takes over what is newer than what is here."""
    rows = [
        {
            "id": id_of("areas", one.name),
            "code": one.code,
            "title": one.display_name,
            "parent": id_of("areas", one.parent) if one.parent else None,
            "valid_from": day_or_none(one.valid_from),
            "valid_to": day_or_none(one.valid_to),
            "revision": revision(one.etag),
            "sort_key": sort_key(one.display_name),
        }
        for one in told
    ]
    await states.remember(unit, area_states, told, rows)
    await upsert(unit, areas, rows)


async def area(unit: ReadUnit, id: UUID) -> Row[Any] | None:
    return await unit.one(select(areas).where(areas.c.id == id))


async def children(
    unit: ReadUnit, parent: UUID | None, as_of: datetime | None = None
) -> Sequence[Row[Any]]:
    """Those directly below an area, former ones too, in the order of the Vietnamese alphabet; the
    roots where none is named.
    """
    below = areas.c.parent == parent if parent else areas.c.parent.is_(None)
    found = select(areas).where(below).order_by(areas.c.sort_key, areas.c.id)
    if as_of is not None:
        then = states.as_of(area_states, as_of)
        columns = [one for one in areas.c if one.name not in then.c]
        found = found.join(then, then.c.id == areas.c.id)
        found = found.with_only_columns(areas.c.id, *columns, then.c.valid_to)
    return await unit.rows(found)


async def agencies_in(
    unit: ReadUnit, tops: Collection[UUID], as_of: datetime | None = None
) -> dict[UUID, UUID]:
    """Of all agencies in these areas, or anywhere below one of them, in which; of areas none of
    which lies in another.
    """
    if as_of is None:
        rows = await unit.rows(INSIDE, tops=list(tops))
    else:
        then = _inside(states.as_of(agency_states, as_of))
        rows = await unit.rows(then.params(tops=list(tops)))
    return {row.id: row.top for row in rows}
