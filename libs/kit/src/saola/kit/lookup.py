"""A row by its id, in the fast lane: compiled once an entity, read as its types read it."""

from collections.abc import Callable
from functools import cache
from typing import Any

import asyncpg
from sqlalchemy import Float, Row, bindparam, select
from sqlalchemy.engine import result_tuple
from sqlalchemy.types import TypeEngine

from saola.kit.database import DIALECT, Compiled

NUMERIC, FLOAT8 = 1700, 701  # as in pg_type.oid
Read = Callable[[asyncpg.Record], Row[Any]]


def _compiled(entity: Any) -> tuple[Compiled, Read]:
    """For an entity: the statement, whose value is `id`, and what makes a row of its record."""
    table = entity.__table__
    statement = Compiled(select(table).where(table.c.id == bindparam("id")))
    make = result_tuple([column.key for column in table.columns])
    readers = [
        (place, reader)
        for place, column in enumerate(table.columns)
        if (reader := _reader(column.type))
    ]

    def read(record: asyncpg.Record) -> Row[Any]:
        values = list(record.values())
        for place, reader in readers:
            values[place] = reader(values[place])
        return make(values)

    return statement, read


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes a value of what the driver gives; nothing where that is the value."""
    number = FLOAT8 if isinstance(kind, Float) else NUMERIC  # only numbers ask
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, number)


by_id: Callable[[Any], tuple[Compiled, Read]] = cache(_compiled)
