"""What leaves, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from saola.kit.call import ReadUnit
from saola.kit.paging import page
from saola.services.notices.domain.deliveries import State
from saola.services.notices.domain.preferences import Channel
from saola.services.notices.models.deliveries import Delivery
from saola.services.notices.models.notices import Notice


async def newest(
    unit: ReadUnit, size: int, token: str, state: State | None, channel: Channel | None
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if state:
        where.append(Delivery.state == state)
    if channel:
        where.append(Delivery.channel == channel)
    return await page(unit, Delivery, size, token, *where)


async def open_to(unit: ReadUnit, official: UUID, channel: Channel) -> Sequence[Row[Any]]:
    """What is queued or being sent, oldest first, held until the end of the unit."""
    wanted = select(Delivery.__table__).where(
        Delivery.official == official,
        Delivery.channel == channel,
        Delivery.state.in_([State.QUEUED, State.SENDING]),
    )
    order = (Delivery.created_at, Delivery.id)
    return await unit.rows(wanted.order_by(*order).with_for_update())


async def notices(unit: ReadUnit, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    wanted = select(Notice.__table__).where(Notice.id.in_(ids))
    return await unit.rows(wanted.order_by(Notice.urgent.desc(), Notice.created_at, Notice.id))


async def measure_filled(
    unit: ReadUnit, channel: Channel, since: datetime, rate: int
) -> datetime | None:
    """When the one left that, with those after it, makes `rate` messages since then."""
    left = func.max(Delivery.sent_at).label("left")
    wanted = select(left).where(Delivery.channel == channel, Delivery.sent_at > since)
    query = wanted.group_by(Delivery.message).order_by(left.desc()).offset(rate - 1).limit(1)
    found = await unit.one(query)
    return found.left if found else None
