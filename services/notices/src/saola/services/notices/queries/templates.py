"""The words that there are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.paging import page
from saola.services.notices.domain.templates import Words
from saola.services.notices.models.templates import Template


async def template(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Template, name)


async def by_code(unit: ReadUnit, size: int, token: str) -> tuple[Sequence[Row[Any]], str]:
    return await page(unit, Template, size, token, order=Template.code)


async def words(unit: ReadUnit, code: str) -> Words:
    """Those in force."""
    found = await unit.one(select(Template.words).where(Template.code == code))
    if found is None:
        raise NotFound(name=code)
    return Words(**found.words)
