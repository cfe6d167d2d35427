"""What is asked about forms."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from saola.kit.call import ReadUnit
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.warehouse.domain.forms import State
from saola.services.warehouse.models.forms import Form


async def form(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Form, name)


async def by_code(
    unit: ReadUnit, size: int, token: str, words: str, state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [
        Form.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if state:
        where.append(Form.state == state)
    return await page(unit, Form, size, token, *where, order=Form.code)


async def in_force(unit: ReadUnit) -> Sequence[Row[Any]]:
    """Those by which something was ever to be reported, without their items."""
    columns = [column for column in Form.__table__.c if column.key != "items"]
    return await unit.rows(select(*columns).where(Form.state != State.DRAFT))
