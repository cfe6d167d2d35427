"""What a service owes itself is done by any of its processes: once, in order within a key.

A lease is a lock of the connection that took it: whoever is killed, hangs up or is cut off loses it
at that moment, and another begins again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import asyncpg
import structlog
from opentelemetry.trace import SpanKind

from saola.kit.loops import connected
from saola.kit.service import Service

POLL = 5.0  # seconds, should a notification be lost
ATTEMPTS = 12  # half an hour, then it is parked
LONGEST_PAUSE = timedelta(minutes=5)
Do = Callable[[Mapping[str, Any]], Awaitable[None]]
log = structlog.get_logger()

# The first of each key: not exists another that was due before it.
DUE = """
    select id, key from work w
    where queue = $1 and parked_at is null and retry_at <= $2 and key <> all ($3)
        and not exists (select from work e where e.queue = w.queue and e.key = w.key
                        and (e.due, e.id) < (w.due, w.id))
    order by retry_at, id limit $4
"""
LEASE = "select pg_try_advisory_lock(hashtext('work'), hashtext($1))"
RELEASE = "select pg_advisory_unlock(hashtext('work'), hashtext($1))"
TAKE = """
    update work w set attempts = attempts + 1
    where id = $1 and parked_at is null and retry_at <= $2
        and not exists (select from work e where e.queue = w.queue and e.key = w.key
                        and (e.due, e.id) < (w.due, w.id))
    returning *
"""
DONE = "delete from work where id = $1"
FAILED = "update work set retry_at = $2, error = $3 where id = $1"
PARK = "update work set parked_at = $2, error = $3 where id = $1"
NEXT = "select min(retry_at) from work where queue = $1 and parked_at is null and retry_at > $2"


class Deadly(Exception):
    """Its process ended each time that it was tried."""


class Worker:
    """Does what is due in one queue, so many at a time."""

    def __init__(self, service: Service, queue: str, slots: int, do: Do) -> None:
        self._service, self._queue, self._slots, self._do = service, queue, slots, do
        self._keys: set[str] = set()
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()  # one statement at a time on the connection of the leases

    async def run(self) -> None:
        """Works until the connection breaks; then whatever is in hand is given up."""
        self._keys.clear()
        async with connected(self._service.database.url) as connection:
            await connection.add_listener("work", lambda *_: self._news.set())
            connection.add_termination_listener(lambda _: self._news.set())
            async with asyncio.TaskGroup() as group:
                while True:
                    self._news.clear()
                    for row in await self._lease(connection):
                        group.create_task(self._see_to(connection, row))
                    pause = await self._pause(connection)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), pause)

    async def _lease(self, connection: asyncpg.Connection) -> list[asyncpg.Record]:
        free, now = self._slots - len(self._keys), self._service.now()
        taken: list[asyncpg.Record] = []
        if not free:
            return []
        async with self._turn:
            due = await connection.fetch(DUE, self._queue, now, list(self._keys), self._slots * 8)
            for id, key in due:
                if len(taken) < free and await connection.fetchval(LEASE, key):
                    if row := await connection.fetchrow(TAKE, id, now):
                        self._keys.add(key)
                        taken.append(row)
                    else:  # another process has done it since
                        await connection.execute(RELEASE, key)
        return taken

    async def _pause(self, connection: asyncpg.Connection) -> float:
        now = self._service.now()
        async with self._turn:
            due = await connection.fetchval(NEXT, self._queue, now)
        return min(POLL, (due - now).total_seconds()) if due else POLL

    async def _see_to(self, connection: asyncpg.Connection, row: asyncpg.Record) -> None:
        """Does it, and notes what came of it while the lease lasts."""
        handler, key = row["handler"], row["key"]
        note: tuple[Any, ...] = (DONE, row["id"])
        try:
            if row["attempts"] > ATTEMPTS:
                raise Deadly
            with self._service.telemetry.span(handler, SpanKind.CONSUMER, row["traceparent"]):
                await self._do(row)
        except Exception as error:
            name, now = type(error).__name__, self._service.now()
            log.exception("work failed", handler=handler, key=key, attempt=row["attempts"])
            if row["attempts"] >= ATTEMPTS:
                note = (PARK, row["id"], now, name)
            else:
                pause = timedelta(seconds=2 ** (row["attempts"] - 1))
                note = (FAILED, row["id"], now + min(pause, LONGEST_PAUSE), name)
        async with self._turn:
            await connection.execute(*note)
            await connection.execute(RELEASE, key)
        self._keys.discard(key)
        self._news.set()
