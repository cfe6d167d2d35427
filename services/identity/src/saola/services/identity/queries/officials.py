"""What can be seen of officials: those with a position in sight, and of those only these."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.identity.domain.officials import Held
from saola.services.identity.models.officials import Official, Position, held


async def official(unit: ReadUnit, name: str) -> tuple[Row[Any], Sequence[Held]]:
    found = await unit.find(Official, name)
    return found, (await positions(unit, [found.id]))[found.id]


async def me(unit: ReadUnit) -> tuple[Row[Any], Sequence[Held]] | None:
    """The caller; none where the account stands in Keycloak only, as the first administrator's."""
    try:
        id = UUID(unit.caller.id)
    except ValueError:
        return None
    found = await unit.one(select(Official.__table__).where(Official.id == id))
    return (found, (await positions(unit, [id]))[id]) if found else None


async def officials(
    unit: ReadUnit, size: int, token: str, *, words: str = "", agency: str = ""
) -> tuple[Sequence[tuple[Row[Any], Sequence[Held]]], str]:
    """A page, in the order of the Vietnamese alphabet."""
    where: list[ColumnElement[bool]] = [
        Official.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    # From the positions in sight to their officials: for a commune that is the short way.
    near = select(Position.official)
    if agency:
        near = near.where(Position.agency == id_of("agencies", agency))
    where.append(Official.id.in_(near))
    rows, following = await page(unit, Official, size, token, *where, order=Official.sort_key)
    known = await positions(unit, [row.id for row in rows])
    return [(row, known[row.id]) for row in rows], following


async def positions(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, list[Held]]:
    wanted = select(Position.__table__).where(Position.official.in_(ids))
    found: dict[UUID, list[Held]] = defaultdict(list)
    for row in await unit.rows(wanted.order_by(Position.valid_from, Position.id)):
        found[row.official].append(held(row))
    return found
