"""What is asked about unlocks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.warehouse.domain.unlocks import State
from saola.services.warehouse.models.unlocks import Unlock


async def newest(
    unit: ReadUnit, size: int, token: str, submission: str, state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if submission:
        where.append(Unlock.submission == id_of("submissions", submission))
    if state:
        where.append(Unlock.state == state)
    return await page(unit, Unlock, size, token, *where)
