"""What is asked about indicators."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from saola.kit.call import ReadUnit
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.warehouse.models.indicators import Indicator


async def indicator(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Indicator, name)


async def by_code(
    unit: ReadUnit, size: int, token: str, words: str, field: str
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [
        Indicator.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if field:
        where.append(Indicator.field == field)
    return await page(unit, Indicator, size, token, *where, order=Indicator.code)


async def known(unit: ReadUnit, ids: Collection[UUID]) -> set[UUID]:
    """Which of these there are."""
    rows = await unit.rows(select(Indicator.id).where(Indicator.id.in_(ids)))
    return {row.id for row in rows}
