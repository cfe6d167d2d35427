"""What can be seen of areas."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.identity.models.areas import Area


async def area(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Area, name)


async def areas(
    unit: ReadUnit, size: int, token: str, *, words: str = "", parent: str = ""
) -> tuple[Sequence[Row[Any]], str]:
    """A page, in the order of the Vietnamese alphabet."""
    where: list[ColumnElement[bool]] = [
        Area.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if parent:
        where.append(Area.parent == id_of("areas", parent))
    return await page(unit, Area, size, token, *where, order=Area.sort_key)
