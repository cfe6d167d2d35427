"""What is asked about records."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from saola.kit.call import ReadUnit
from saola.kit.paging import page
from saola.services.sample.models import Record


async def record(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Record, name)


async def newest(unit: ReadUnit, size: int, token: str) -> tuple[Sequence[Row[Any]], str]:
    return await page(unit, Record, size, token)
