"""The entities of a unit, read and written by plain statements, each compiled once.

What a session of SQLAlchemy does for an entity beside its statement takes thrice as long as that.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Column, False_, Insert, True_, Update, bindparam
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from saola.kit.database import DIALECT, Compiled, Transaction
from saola.kit.errors import StaleWrite
from saola.kit.lookup import by_id
from saola.kit.tables import Entity

E = TypeVar("E", bound=Entity)


class Entities:
    """Each row is there once. Whoever asks for a session finds them in it, and goes on there."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._session: AsyncSession | None = None
        self._here: dict[tuple[type[Entity], UUID], Entity] = {}

    @property
    def session(self) -> AsyncSession:
        if self._session is None:
            self._session = self._transaction.session
            self._session.add_all(self._here.values())
        return self._session

    async def get(self, kind: type[E], id: UUID) -> E | None:
        if self._session:
            return await self._session.get(kind, id)
        if isinstance(known := self._here.get((kind, id)), kind):
            return known
        its = by_id(kind)
        for record in await self._transaction.fetch(its.compiled.sql, id):
            values = zip(kind.__table__.columns.keys(), its.read(record), strict=True)
            return self._keep(kind(**dict(values)))
        return None

    async def add(self, entity: E) -> E:
        if self._session:
            self._session.add(entity)
            await self._session.flush()
            return entity
        kind, entity.version, given = type(entity), 1, vars(entity)
        for key, default in _defaults(kind).items():
            if key not in given:
                setattr(entity, key, default and default(None))
        values = {key: given[key] for key in given if key != "_sa_instance_state"}
        statement = _insert(kind, tuple(values))
        if statement.inserts:
            given = _written(kind, values)
            await self._transaction.later(statement, statement.values(given))
            return self._keep(entity)
        for record in await self._fetch(statement, kind, values):
            for key, value in record.items():
                setattr(entity, key, value)
        return self._keep(entity)

    def _keep(self, entity: E) -> E:
        """As it is, it is stored: what changes from here on is a change."""
        make_transient_to_detached(entity)
        self._here[type(entity), entity.id] = entity
        return entity

    async def flush(self) -> None:
        """Writes what has changed. A lost race is refused here."""
        if self._session:
            await self._session.flush()
            return
        for entity in self._here.values():
            before: Mapping[str, Any] = instance_state(entity).committed_state
            now = {key: getattr(entity, key) for key in before}
            if changes := {key: value for key, value in now.items() if value != before[key]}:
                now["version"] = await self._update(entity, changes)
            for key, value in now.items():
                set_committed_value(entity, key, value)

    async def _update(self, entity: Entity, changes: dict[str, Any]) -> int:
        """Returns the version that it makes."""
        kind, version = type(entity), entity.version
        given = {**changes, "version": version + 1, "its_id": entity.id, "its_version": version}
        if not await self._fetch(_change(kind, tuple(changes)), kind, given):
            raise StaleWrite
        return version + 1

    async def _fetch(
        self, statement: Compiled, kind: type[Entity], given: Mapping[str, Any]
    ) -> list[Any]:
        values = statement.values(_written(kind, given))
        return await self._transaction.fetch(statement.sql, *values)


def _written(kind: type[Entity], given: Mapping[str, Any]) -> dict[str, Any]:
    """As the driver takes them."""
    writers = _writers(kind)
    return {
        key: writers[key](value) if key in writers and value is not None else value
        for key, value in given.items()
    }


def _defaulting(kind: Any) -> Mapping[str, Callable[[None], Any] | None]:
    """What gives a column its value where nobody did, for those where the database need not.

    What the database would take for it is known here too, where it is a plain value: then it need
    not be asked for it.
    """
    given = dict[str, Callable[[None], Any] | None]()
    for column in kind.__table__.columns:
        if column.server_default is None and column.identity is None:
            given[column.key] = column.default and column.default.arg
        elif (plain := _plain(column)) is not None:
            given[column.key] = partial(_same, plain)
    return given


def _plain(column: Column[Any]) -> Any:
    """The value that the database gives it; None where only the database can say."""
    match getattr(column.server_default, "arg", None):
        case str() as written:
            return column.type.python_type(written)
        case True_():
            return True
        case False_():
            return False
    return None


def _same(value: Any, _: None) -> Any:
    return value


def _inserting(kind: Any, keys: tuple[str, ...]) -> Compiled:
    table = kind.__table__
    made = [column for column in table.columns if column.key not in keys]
    statement = Insert(table).values({key: bindparam(key) for key in keys})
    return Compiled(statement.returning(*made) if made else statement)


def _changing(kind: Any, keys: tuple[str, ...]) -> Compiled:
    table = kind.__table__
    its = (table.c.id == bindparam("its_id"), table.c.version == bindparam("its_version"))
    statement = (
        Update(table).where(*its).values({key: bindparam(key) for key in (*keys, "version")})
    )
    return Compiled(statement.returning(table.c.version))


def _writing(kind: Any) -> Mapping[str, Callable[[Any], Any]]:
    """What makes a value for the driver, for the columns whose values need it."""
    processors = {
        column.key: column.type.dialect_impl(DIALECT).bind_processor(DIALECT)
        for column in kind.__table__.columns
    }
    return {key: process for key, process in processors.items() if process}


_insert: Callable[[Any, tuple[str, ...]], Compiled] = cache(_inserting)
_change: Callable[[Any, tuple[str, ...]], Compiled] = cache(_changing)
_writers: Callable[[Any], Mapping[str, Callable[[Any], Any]]] = cache(_writing)
_defaults: Callable[[Any], Mapping[str, Callable[[None], Any] | None]] = cache(_defaulting)
