"""The connections of one service to its database: so many, kept open, for whoever comes first."""

import asyncio

from sqlalchemy import PoolProxiedConnection, exc
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

PATIENCE = 5.0  # seconds until one must be free


class Connections:
    """`engine` makes them. Those of its own pool cost a call as much again as its query."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self._engine, self._most = engine, most
        self._free = asyncio.Semaphore(most)
        self._idle: list[PoolProxiedConnection] = []
        self.used = 0

    async def take(self) -> PoolProxiedConnection:
        """One for the caller alone, until it is given back. It may have been used before."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._free.acquire()
        except TimeoutError as error:
            raise exc.TimeoutError("No connection has become free.") from error
        try:
            connection = self._open()
            if connection is None:
                connection = await greenlet_spawn(self._engine.sync_engine.raw_connection)
        except BaseException:
            self._free.release()
            raise
        self.used += 1
        return connection

    def _open(self) -> PoolProxiedConnection | None:
        """The one used last, of those that the database has not closed meanwhile."""
        while self._idle:
            connection = self._idle.pop()
            driver = connection.driver_connection
            if driver is not None and not driver.is_closed():
                return connection
            connection.invalidate()
        return None

    def give(self, connection: PoolProxiedConnection, *, sound: bool) -> None:
        """One that is not known to be as new is never used again."""
        if sound and connection.is_valid:
            self._idle.append(connection)
        elif connection.is_valid:
            connection.invalidate()
        self.used -= 1
        self._free.release()

    async def close(self) -> None:
        while self._idle:
            await greenlet_spawn(self._idle.pop().close)
