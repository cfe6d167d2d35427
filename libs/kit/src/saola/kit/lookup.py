"""Rows in the fast lane: a statement compiled once, and its rows read as its types read them."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Float, Row, Select, bindparam, select
from sqlalchemy.engine import result_tuple
from sqlalchemy.types import TypeEngine

from saola.kit.database import DIALECT, Compiled

NUMERIC, FLOAT8 = 1700, 701  # as in pg_type.oid
MOST = 2000  # statements that are kept


class Lookup:
    """A statement that was made when its module was read; its values are bound at each call."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.compiled = Compiled(statement)
        if "POSTCOMPILE" in self.compiled.sql:
            raise TypeError("In the fast lane there is no `in_`; use `= any`.")
        columns = statement.selected_columns
        self._make = result_tuple([column.key or "" for column in columns])
        readers = ((place, _reader(column.type)) for place, column in enumerate(columns))
        self._readers = [(place, reader) for place, reader in readers if reader]
        binds = self.compiled.types.items()
        self._writers = {name: writer for name, kind in binds if (writer := _writer(kind))}

    def values(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """As the driver takes them, in its order."""
        if not self._writers:
            return self.compiled.values(values)
        given = {
            name: writer(value) if (writer := self._writers.get(name)) else value
            for name, value in values.items()
        }
        return self.compiled.values(given)

    def read(self, record: asyncpg.Record) -> Row[Any]:
        values = list(record.values())
        for place, reader in self._readers:
            values[place] = reader(values[place])
        return self._make(values)


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes a value of what the driver gives; nothing where that is the value."""
    number = FLOAT8 if isinstance(kind, Float) else NUMERIC  # only numbers ask
    return kind.dialect_impl(DIALECT).result_processor(DIALECT, number)


def _writer(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    return kind.dialect_impl(DIALECT).bind_processor(DIALECT)


def _by_id(entity: Any) -> Lookup:
    table = entity.__table__
    return Lookup(select(table).where(table.c.id == bindparam("id")))


lookup: Callable[[Select[*tuple[Any, ...]]], Lookup] = lru_cache(MOST)(Lookup)
# The row of an entity by its `id`.
by_id: Callable[[Any], Lookup] = lru_cache(None)(_by_id)
