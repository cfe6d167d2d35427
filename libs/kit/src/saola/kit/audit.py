"""The audit is sealed by one process at a time, and the head of its chain is told outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import nats
import nats.errors
import orjson
import structlog
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from saola.kit import seals
from saola.kit.loops import connected, leader
from saola.kit.seals import Seal
from saola.kit.service import Service

STREAM = "saola_audit"
LONGER = timedelta(days=366)
PAUSE = 2.0  # seconds between two seals, so that a row waits for at most five
UNSEALED = """
    select coalesce(extract(epoch from now() - min(at)), 0)::float8 from audit
    where xid >= coalesce((select max(until) from seals), '0'::xid8)
"""
COUNTS = """
    select count(*), coalesce(sum(rows), 0), (
        select count(*) from audit where xid >= coalesce(max(until), '0'::xid8)
    ) from seals
"""
SINCE = "select * from seals where number > $1 order by number limit 1000"
log = structlog.get_logger()


class Sealer:
    def __init__(self, service: Service) -> None:
        self._service, self._lag = service, service.telemetry.unsealed

    async def run(self) -> None:
        async with leader(self._service.database.url, "audit") as connection:
            await _see_all(connection, self._service.name)
            told = False
            while True:
                more = True
                while more and (new := await seals.seal(connection)):
                    told, more = False, new.rows > seals.ROWS // 2  # few are for the next time
                self._lag.set(await connection.fetchval(UNSEALED))
                told = told or await self.tell(connection)
                await asyncio.sleep(PAUSE)

    async def tell(self, connection: asyncpg.Connection) -> bool:
        """Publishes every seal that nobody outside knows yet; later, where the broker is away."""
        try:
            stream = await self._service.broker.stream()
            await open_stream(stream, self._service.platform.keep_audit)
            known = await _told(stream, self._service.name)
            while new := await connection.fetch(SINCE, known):
                for row in new:
                    said = Seal.of(row).published(row["at"])
                    await stream.publish(_subject(self._service.name), said)
                known = new[-1]["number"]
        except (nats.errors.Error, OSError) as error:
            log.warning("a seal is not published yet", error=type(error).__name__)
            return False
        return True


@dataclass(frozen=True)
class Finding:
    """What `saola audit verify` says of one service."""

    service: str
    seals: int
    rows: int
    # Rows that no seal covers yet.
    waiting: int
    flaws: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """A seal as it was told outside."""

    digest: bytes
    at: datetime


async def verify(service: str, database: str, broker: str, keep: timedelta) -> Finding:
    """Follows the chain from its first seal to the head that was published.

    `database` is the URL of the service's login, `broker` that of NATS. What was sealed within
    `keep` must be there.
    """
    client = await nats.connect(broker, max_reconnect_attempts=1)
    try:
        published = await _all_told(client.jetstream(), service, keep)
    finally:
        await client.close()
    async with connected(database) as connection:
        await _see_all(connection, service)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            since = await connection.fetchval("select now()") - keep
            young = [number for number, head in published.items() if head.at > since]
            heads = {number: head.digest for number, head in published.items()}
            flaws = await seals.flaws(connection, heads, young)
            count, rows, waiting = await connection.fetchrow(COUNTS)
    return Finding(service, count, rows, waiting, tuple(flaws))


async def open_stream(stream: JetStreamContext, keep: timedelta) -> None:
    """Nobody deletes a message of it by its number, and nobody purges it.

    A head is kept for a year longer than what it covers. One that keeps them for less than that is
    told to keep them longer, never the other way.
    """
    age = (keep + LONGER).total_seconds()
    config = StreamConfig(
        name=STREAM, subjects=[f"{STREAM}.>"], deny_delete=True, deny_purge=True, max_age=age
    )
    try:
        await stream.add_stream(config)
    except BadRequestError:  # it is there, as another version or another setting has made it
        there = (await stream.stream_info(STREAM)).config
        if 0 < (there.max_age or 0) < age:
            await stream.update_stream(there.evolve(max_age=age))


def _subject(service: str) -> str:
    return f"{STREAM}.{service}"


async def _told(stream: JetStreamContext, service: str) -> int:
    try:
        message = await stream.get_last_msg(STREAM, _subject(service))
    except NotFoundError:
        return 0
    return int(orjson.loads(message.data or b"{}").get("number", 0))


async def _all_told(stream: JetStreamContext, service: str, keep: timedelta) -> dict[int, Head]:
    heads = dict[int, Head]()
    await open_stream(stream, keep)
    async with _reading(stream, service) as reader:
        while True:
            try:
                for message in await reader.fetch(1000, timeout=0.5):
                    said = orjson.loads(message.data)
                    at = datetime.fromisoformat(said.get("at") or str(message.metadata.timestamp))
                    heads[int(said["number"])] = Head(bytes.fromhex(said["head"]), at)
            except TimeoutError:
                return heads


@asynccontextmanager
async def _reading(
    stream: JetStreamContext, service: str
) -> AsyncIterator[JetStreamContext.PullSubscription]:
    reader = await stream.pull_subscribe(_subject(service), stream=STREAM)
    try:
        yield reader
    finally:
        await reader.unsubscribe()


async def _see_all(connection: asyncpg.Connection, service: str) -> None:
    await connection.execute(f"set role {service}_system")
    await connection.execute("select set_config('saola.system', 'seal the audit', false)")
