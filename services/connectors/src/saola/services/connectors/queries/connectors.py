"""What is asked about connectors."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.connectors.domain.connectors import Health
from saola.services.connectors.models.connectors import Connector


class Order(StrEnum):
    TITLE = "title"
    FAILURES = "failures"
    LAST_RUN = "last_run"


COLUMNS: Mapping[Order, Any] = {  # a column, or its `desc()`
    Order.TITLE: Connector.sort_key,
    Order.FAILURES: Connector.failures.desc(),
    Order.LAST_RUN: Connector.ran_at.desc(),
}


async def connector(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Connector, name)


async def listed(
    unit: ReadUnit,
    size: int,
    token: str,
    *where: ColumnElement[bool],
    order: Order = Order.TITLE,
) -> tuple[Sequence[Row[Any]], str]:
    return await page(unit, Connector, size, token, *where, order=COLUMNS[order])


def wanted(
    words: str, agency: str, health: Health | None, *, paused: bool
) -> list[ColumnElement[bool]]:
    """Of which words, of whom, and how they go."""
    where: list[ColumnElement[bool]] = [
        Connector.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if agency:
        where.append(Connector.agency == id_of("agencies", agency))
    if paused:
        where.append(Connector.next_at.is_(None))
    if health:
        where += [Connector.health == health, Connector.next_at.is_not(None)]
    return where


async def due(unit: ReadUnit, now: datetime, most: int) -> Sequence[UUID]:
    """Those whose hour has come, the longest first."""
    query = select(Connector.id).where(Connector.next_at <= now)
    rows = await unit.rows(query.order_by(Connector.next_at, Connector.id).limit(most))
    return [row.id for row in rows]
