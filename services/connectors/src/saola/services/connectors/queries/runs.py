"""What is asked about runs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.connectors.domain.runs import State, Trigger
from saola.services.connectors.models.runs import Run


async def run(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Run, name)


async def newest(
    unit: ReadUnit, size: int, token: str, connector: str, state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if connector:
        where.append(Run.connector == id_of("connectors", connector))
    if state:
        where.append(Run.state == state)
    return await page(unit, Run, size, token, *where, order=Run.scheduled_at.desc())


async def of(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, Row[Any]]:
    if not ids:
        return {}
    rows = await unit.rows(select(Run.__table__).where(Run.id.in_(ids)))
    return {row.id: row for row in rows}


async def former(unit: ReadUnit, connector: UUID, period: str) -> Row[Any] | None:
    """The last run that took over something of a period, or found it known."""
    took = or_(Run.state.in_([State.SUCCEEDED, State.PARTLY]), Run.stored > 0)
    query = select(Run.__table__).where(
        Run.connector == connector, Run.period == period, Run.ended_at.is_not(None), took
    )
    return await unit.one(query.order_by(Run.scheduled_at.desc(), Run.id.desc()).limit(1))


async def waiting(unit: ReadUnit, connector: UUID, period: str) -> Row[Any] | None:
    """The run that somebody has asked for already, and that has not begun."""
    query = select(Run.__table__).where(
        Run.connector == connector,
        Run.period == period,
        Run.trigger == Trigger.PERSON,
        Run.state == State.WAITING,
    )
    return await unit.one(query.limit(1))


async def keeping(unit: ReadUnit, agency: UUID, sha256: str) -> bool:
    """Whether any run still keeps what it fetched under that hash."""
    its = (Run.agency == agency, Run.sha256 == sha256, Run.file_name != "")
    return await unit.one(select(Run.id).where(*its).limit(1)) is not None


async def kept_since(unit: ReadUnit, before: datetime, most: int) -> Sequence[Row[Any]]:
    """The runs that ended before, and still keep what they fetched."""
    query = select(Run.__table__).where(Run.ended_at < before, Run.file_name != "")
    return await unit.rows(query.order_by(Run.ended_at, Run.id).limit(most))
