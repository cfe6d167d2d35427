"""What is asked about the plan."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.budget.models.allocations import Allocation


async def listed(
    unit: ReadUnit, size: int, token: str, agency: str, year: int
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [Allocation.superseded_at.is_(None)]
    if agency:
        where.append(Allocation.agency == id_of("agencies", agency))
    if year:
        where.append(Allocation.year == year)
    return await page(unit, Allocation, size, token, *where, order=Allocation.day.desc())
