"""What was known of agencies, areas and days: each state that identity has told of (ADR 0016)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Subquery, Table, case, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.identity.v1.areas_pb2 import Area
from saola.apis.identity.v1.calendar_pb2 import Day
from saola.kit.call import Unit

Told = Agency | Area | Day


async def remember(
    unit: Unit, states: Table, told: Sequence[Told], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Adds what is not there: twice is as once, and in any order."""
    known = [{**row, "recorded_at": _since(unit, one)} for one, row in zip(told, rows, strict=True)]
    kept = [{column.name: one[column.name] for column in states.c} for one in known]
    if kept:
        connection = await unit.connection()
        await connection.execute(insert(states).on_conflict_do_nothing(), kept)


def as_of(states: Table, at: datetime) -> Subquery:
    """Each as it was known then: the last state told by then, or else the first that is here. Only
    before its very first there was nothing."""
    key, revision = states.primary_key.columns
    told = states.c.recorded_at <= at
    nearest = (key, told.desc(), case((told, -revision), else_=revision))
    found = select(states).ext(distinct_on(key)).order_by(*nearest).subquery()
    known = or_(found.c.recorded_at <= at, found.c.revision > 1)
    return select(found).where(known).subquery(f"then_{states.name}")


def _since(unit: Unit, one: Told) -> datetime:
    """By identity's clock; where it does not say, since it was heard here."""
    return one.update_time.ToDatetime(UTC) if one.HasField("update_time") else unit.now
