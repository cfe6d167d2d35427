"""What is asked about entries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, or_, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.budget.domain.entries import Key
from saola.services.budget.domain.imports import Known
from saola.services.budget.domain.money import Flow
from saola.services.budget.models.entries import Entry, key_of


@dataclass(frozen=True)
class Asked:
    """Which entries are wanted."""

    agency: str = ""
    flow: Flow | None = None
    chapter: str = ""
    words: str = ""
    first: date | None = None
    end: date | None = None
    ascending: bool = False
    by_amount: bool = False


async def entry(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Entry, name)


async def listed(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [Entry.superseded_at.is_(None)]
    if asked.agency:
        where.append(Entry.agency == id_of("agencies", asked.agency))
    if asked.flow:
        where.append(Entry.flow == asked.flow)
    if asked.chapter:
        where.append(Entry.chapter == asked.chapter)
    if words := asked.words.strip():
        columns = (Entry.item, Entry.document, Entry.area)
        where.append(or_(*(one.startswith(words, autoescape=True) for one in columns)))
    if asked.first:
        where.append(Entry.day >= asked.first)
    if asked.end:
        where.append(Entry.day < asked.end)
    column = Entry.amount if asked.by_amount else Entry.day
    order = column if asked.ascending else column.desc()
    return await page(unit, Entry, size, token, *where, order=order)


async def known(unit: ReadUnit, agency: UUID, keys: Iterable[Key]) -> Mapping[Key, Known]:
    """What an agency has recorded on the days of these lines."""
    days = {key.day for key in keys}
    if not days:
        return {}
    rows = await unit.rows(
        select(Entry.__table__).where(
            Entry.agency == agency, Entry.day.in_(days), Entry.superseded_at.is_(None)
        )
    )
    return {key_of(row): Known(row.id, row.amount) for row in rows}


async def between(unit: ReadUnit, agency: UUID, first: date, last: date) -> Mapping[Key, Known]:
    """What an agency has recorded from a day to a day."""
    rows = await unit.rows(
        select(Entry.__table__).where(
            Entry.agency == agency,
            Entry.day.between(first, last),
            Entry.superseded_at.is_(None),
        )
    )
    return {key_of(row): Known(row.id, row.amount) for row in rows}


async def lock(unit: ReadUnit, agency: UUID) -> None:
    """Who records for an agency goes alone, so that neither of two misses the other's lines."""
    await unit.rows(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"entries {agency}", 0)))
    )
