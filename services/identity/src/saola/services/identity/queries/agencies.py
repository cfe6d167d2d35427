"""What can be seen of agencies: all of them, by whoever works here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, or_

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.identity.models.agencies import Agency


async def agency(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Agency, name)


@dataclass(frozen=True)
class Wanted:
    """Which agencies: by words, below one, with one code, on a day."""

    words: str = ""
    parent: str = ""
    code: str = ""
    on: date | None = None


async def agencies(
    unit: ReadUnit, size: int, token: str, wanted: Wanted
) -> tuple[Sequence[Row[Any]], str]:
    """A page, in the order of the Vietnamese alphabet; with `on` only those of that day."""
    where: list[ColumnElement[bool]] = [
        Agency.folded.contains(word, autoescape=True) for word in fold(wanted.words).split()
    ]
    if wanted.parent:
        where.append(Agency.parent == id_of("agencies", wanted.parent))
    if wanted.code:
        where.append(Agency.code == wanted.code)
    if wanted.on:
        where.append(Agency.valid_from <= wanted.on)
        where.append(or_(Agency.valid_to.is_(None), Agency.valid_to > wanted.on))
    return await page(unit, Agency, size, token, *where, order=Agency.sort_key)
