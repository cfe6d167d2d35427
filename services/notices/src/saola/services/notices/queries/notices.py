"""What an official is told, and has read."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select

from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.paging import page
from saola.services.notices.models.deliveries import Delivery
from saola.services.notices.models.notices import Notice


def me(unit: ReadUnit) -> UUID | None:
    """The caller as an official; none for an account that no official has."""
    try:
        return UUID(unit.caller.id)
    except ValueError:
        return None


async def notice(unit: ReadUnit, name: str) -> Row[Any]:
    """One's own. That of another is as if it were not there."""
    found = await unit.find(Notice, name)
    if found.official != me(unit):
        raise NotFound(name=name)
    return found


async def mine(
    unit: ReadUnit, size: int, token: str, *, unread: bool
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [Notice.official == me(unit)]
    if unread:
        where.append(Notice.read_at.is_(None))
    return await page(unit, Notice, size, token, *where, order=Notice.place.desc())


async def unread(unit: ReadUnit) -> int:
    wanted = select(func.count().label("unread")).select_from(Notice)
    found = await unit.one(wanted.where(Notice.official == me(unit), Notice.read_at.is_(None)))
    return int(found.unread) if found else 0


async def was_told(unit: ReadUnit, subject: str, step: str) -> bool:
    """Whether anybody was told of a step."""
    wanted = select(Notice.id).where(Notice.subject == subject, Notice.step == step)
    return await unit.one(wanted.limit(1)) is not None


async def sendings(unit: ReadUnit, notices: Collection[UUID]) -> Mapping[UUID, Sequence[Row[Any]]]:
    """What became of notices on the channels."""
    wanted = select(Delivery.notice, Delivery.channel, Delivery.state)
    found = defaultdict[UUID, list[Row[Any]]](list)
    query = wanted.where(Delivery.notice.in_(notices)).order_by(Delivery.channel)
    for row in await unit.rows(query):
        found[row.notice].append(row)
    return found
