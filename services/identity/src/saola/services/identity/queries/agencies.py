"""What can be seen of agencies: all of them, by whoever works here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from saola.directory.copies import today
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.kit.tables import lineage
from saola.kit.words import fold
from saola.services.identity.domain.agencies import Life
from saola.services.identity.domain.imports import Facts, Known
from saola.services.identity.models.agencies import Agency, periods
from saola.services.identity.models.areas import Area


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


async def facts(unit: ReadUnit) -> Facts:
    """What a directory file is judged against: all that is there, and what is the caller's."""
    day = today(unit)
    below = select(lineage.c.agency).where(lineage.c.ancestor.in_(unit.caller.agencies))
    mine = {row.agency for row in await unit.rows(below)}
    rows = await unit.rows(select(Agency.__table__))
    valid = or_(Area.valid_to.is_(None), Area.valid_to > day)
    places = await unit.rows(select(Area.__table__).where(valid))
    return Facts(
        agencies={
            row.code: _known(row, mine=row.id in mine)
            for row in rows
            if row.valid_to is None or row.valid_to > day
        },
        ended={row.code: row.valid_to for row in sorted(rows, key=_end) if row.valid_to},
        areas={row.code: row.id for row in places},
        today=day,
        root=None if rows else unit.caller.agencies[0],
    )


def _end(row: Row[Any]) -> date:
    return row.valid_to or date.max


def _known(row: Row[Any], *, mine: bool) -> Known:
    return Known(
        id=row.id,
        code=row.code,
        title=row.title,
        short=row.short,
        kind=row.kind,
        area=row.area,
        life=Life(row.valid_from, row.valid_to),
        parents=tuple(periods(row.parents)),
        mine=mine,
    )
