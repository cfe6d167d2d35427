"""What can be seen of delegations: those of positions in sight."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, or_, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.identity.models.delegations import Delegation
from saola.services.identity.models.officials import Official, Position


async def newest(
    unit: ReadUnit, size: int, token: str, official: str, agency: str
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if official:
        id = id_of("officials", official)
        where.append(or_(Delegation.official == id, Delegation.deputy == id))
    if agency:
        where.append(Delegation.agency == id_of("agencies", agency))
    return await page(unit, Delegation, size, token, *where)


async def in_force(unit: ReadUnit, deputy: UUID, day: date) -> Sequence[Row[Any]]:
    """What an official holds that day as a deputy: only what those they stand in for hold."""
    held = and_(
        Position.official == Delegation.official,
        Position.agency == Delegation.agency,
        Position.title == Delegation.title,
        Position.valid_from <= day,
        or_(Position.valid_to.is_(None), Position.valid_to > day),
    )
    there = and_(Official.id == Delegation.official, ~Official.disabled)
    return await unit.rows(
        select(Delegation.__table__)
        .join(Position, held)
        .join(Official, there)
        .where(Delegation.deputy == deputy, Delegation.valid_from <= day, Delegation.valid_to > day)
        .order_by(Delegation.agency, Delegation.title)
    )
