"""The connections of one service to its database: so many, kept open, for whoever comes first."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog
from sqlalchemy import PoolProxiedConnection, exc
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

PATIENCE = 5.0  # seconds until one must be free
# Seconds for which a transaction that has only read may stay open, for the next one to end it.
LINGER = 0.01
END = "rollback"
log = structlog.get_logger()


class NoneFree(exc.TimeoutError):
    """All connections are in use, and stay so: the service is overloaded."""


class Taken:
    """One connection, for whoever has taken it alone."""

    def __init__(self, connection: PoolProxiedConnection, ending: str) -> None:
        self.connection, self._ending = connection, ending
        self.driver: Any = connection.driver_connection  # asyncpg's

    async def begin(self, words: str) -> None:
        """The first that is said on it: `words`, in one message with the end of what was before."""
        await self.driver.execute(self._ending + words)


class Connections:
    """`engine` makes them; `missed` counts who has waited in vain. Those of the engine's own pool
    cost a call as much again as its query.

    To end a transaction that has only read would cost a trip of its own, a tenth of a call. So it
    stays open for a moment: whoever takes its connection next ends it in the message that begins
    the next one, and where nobody does, it is ended here.
    """

    def __init__(self, engine: AsyncEngine, most: int, missed: Callable[[], None]) -> None:
        self._engine, self._most, self._missed = engine, most, missed
        self._free = asyncio.Semaphore(most)
        self._idle: list[PoolProxiedConnection] = []
        self._open: dict[PoolProxiedConnection, float] = {}  # since when; they are idle, too
        self._sweeping: asyncio.Task[None] | None = None
        self.used, self._closed = 0, False

    async def take(self) -> Taken:
        """One for the caller alone, until it is given back. It may have been used before."""
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        try:
            connection = self._last()
            if connection is None:
                connection = await greenlet_spawn(self._engine.sync_engine.raw_connection)
        except BaseException:
            self._free.release()
            raise
        self.used += 1
        was_open = self._open.pop(connection, None) is not None
        return Taken(connection, f"{END};" if was_open else "")

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._free.acquire()
        except TimeoutError as error:
            self._missed()
            log.warning("overloaded: no connection has become free", seconds=PATIENCE)
            raise NoneFree("No connection has become free.") from error

    def _last(self) -> PoolProxiedConnection | None:
        """The one used last, of those that the database has not closed meanwhile."""
        while self._idle:
            connection = self._idle.pop()
            driver = connection.driver_connection
            if driver is not None and not driver.is_closed():
                return connection
            self._open.pop(connection, None)
            connection.invalidate()
        return None

    def give(self, taken: Taken, *, sound: bool, still_open: bool = False) -> None:
        """One that is not known to be as new, or to be open and no more, is never used again.

        Nor is one of a call that has outlasted its service.
        """
        connection = taken.connection
        if sound and connection.is_valid and not self._closed:
            self._idle.append(connection)
            if still_open:
                self._linger(connection)
        elif connection.is_valid:
            connection.invalidate()
        self.used -= 1
        self._free.release()

    def _linger(self, connection: PoolProxiedConnection) -> None:
        loop = asyncio.get_running_loop()
        self._open[connection] = loop.time()
        if self._sweeping is None:
            self._sweeping = loop.create_task(self._sweep())  # `close` awaits it

    async def _sweep(self) -> None:
        """Ends what nobody has ended."""
        try:
            while self._open:
                await asyncio.sleep(LINGER)
                old = asyncio.get_running_loop().time() - LINGER
                while any(since <= old for since in self._open.values()):
                    await self._end(old)
        finally:
            self._sweeping = None

    async def _end(self, old: float) -> None:
        async with self._free:  # as whoever takes one
            connection = next((one for one, since in self._open.items() if since <= old), None)
            if connection is None:
                return
            self._idle.remove(connection)
            del self._open[connection]
            ended = False
            try:
                async with asyncio.timeout(PATIENCE):
                    await Taken(connection, "").begin(END)
                ended = True
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                pass  # it is broken, and nobody has it
            finally:
                if ended:
                    self._idle.insert(0, connection)
                else:
                    connection.invalidate()

    async def close(self) -> None:
        """The database ends what is open."""
        self._closed = True
        if self._sweeping:
            self._sweeping.cancel()
            await asyncio.wait([self._sweeping])
        self._open.clear()
        while self._idle:
            await greenlet_spawn(self._idle.pop().close)
