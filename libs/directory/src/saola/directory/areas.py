"""The copy of areas, for a service that shows figures by place: beside that of agencies.

Its tables call `join`, its migrations `create_0001`, its consumers and clock `follow` and `keep`.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Index,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    select,
    text,
)

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.areas_pb2 import Area, ListAreasRequest
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.directory.copies import day_or_none, revision, upsert
from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.consumers import Consumers
from saola.kit.jobs import Jobs
from saola.kit.names import id_of
from saola.kit.resync import resync
from saola.kit.tables import metadata
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
BELOW: Final = text("""
    with recursive below (area, top) as (
        select id, id from directory_areas where id = any(cast(:tops as uuid[]))
        union select a.id, b.top from below b join directory_areas a on a.parent = b.area
    )
    select g.id as agency, b.top from below b join directory_agencies g on g.area = b.area
""")


def join(tables: MetaData) -> None:
    """Makes the copy part of a service's tables."""
    areas.to_metadata(tables)


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
    await upsert(unit, areas, rows)


async def area(unit: ReadUnit, id: UUID) -> Row[Any] | None:
    return await unit.one(select(areas).where(areas.c.id == id))


async def children(unit: ReadUnit, parent: UUID | None) -> Sequence[Row[Any]]:
    """Those directly below an area, former ones too, in the order of the Vietnamese alphabet; the
    roots where none is named.
    """
    below = areas.c.parent == parent if parent else areas.c.parent.is_(None)
    return await unit.rows(select(areas).where(below).order_by(areas.c.sort_key, areas.c.id))


async def agencies_in(unit: ReadUnit, tops: Collection[UUID]) -> dict[UUID, UUID]:
    """Of all agencies in these areas, or anywhere below one of them, in which; of areas none of
    which lies in another.
    """
    rows = await (await unit.connection()).execute(BELOW, {"tops": list(tops)})
    return {row.agency: row.top for row in rows}
