"""Events applied by a consumer, against one by one, and against a raw loop of fetch and insert.

On a database and a broker of its own (without fsync), so that nothing else runs meanwhile; as for
the others, `python -m benchmarks.consumer [EVENTS]`. Each event writes one row, and has a span. The
CPU of this process an event is told beside the rate: it is steady where the machine is busy.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import structlog
import uvloop
from libs.kit.tests import trial
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError
from sqlalchemy import bindparam, column, insert, table

from saola.apis.warehouse.v1.events_pb2 import FormChanged
from saola.kit.app import App
from saola.kit.broker import STREAM, Envelope
from saola.kit.call import Unit
from saola.kit.consumers import Consumers, Follower
from saola.kit.database import Compiled
from saola.testing.site import standing
from saola.testing.world import World, begun

KEYS, BATCH = 500, 400
KIND = FormChanged.DESCRIPTOR.full_name
COLUMNS = ("id", "version", "created_at", "agency", "about", "text")
RAW = """insert into notes (id, version, created_at, agency, about, text)
    values (gen_random_uuid(), 1, now(), $1, $2, $3)"""
on = Consumers()
NOTE = Compiled(
    insert(table("notes", *map(column, COLUMNS))).values({n: bindparam(n) for n in COLUMNS})
)
app = App("trial", trial.Base.metadata, consumers=on, package=trial.PACKAGE)
patient = Consumers()
waiting = App("trial", trial.Base.metadata, consumers=patient, package=trial.PACKAGE)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
bystander = App("trial", trial.Base.metadata, package=trial.PACKAGE)


@on(FormChanged)
async def note(unit: Unit, event: FormChanged) -> None:
    await unit.write(NOTE, **row(unit, event))


@patient(FormChanged)
async def note_and_wait(unit: Unit, event: FormChanged) -> None:
    await unit.fetch(NOTE, **row(unit, event))


def row(unit: Unit, event: FormChanged) -> dict[str, object]:
    given = {"agency": UUID(int=1), "about": event.form, "text": event.code}
    return {"id": uuid4(), "version": 1, "created_at": unit.now, **given}


async def publish(world: World, count: int) -> None:
    for number in range(count):
        event = FormChanged(form=f"forms/{number % KEYS}", code=f"{number}")
        told = Envelope(
            f"{uuid4()}", KIND, event.form, number + 1, event.SerializeToString(), TRACE
        )
        headers = dict(told.headers("bench", world.now))
        await world.stream.publish_async(KIND, told.body, headers=headers)
    await world.stream.publish_async_completed()


async def fetched(world: World, count: int) -> list[list[Envelope]]:
    """The events, fetched as the consumer does."""
    await world.stream.add_consumer(STREAM, ConsumerConfig(durable_name="raw"))
    events, batches, got = await world.stream.pull_subscribe_bind("raw", STREAM), [], 0
    while got < count:
        with suppress(TimeoutError):
            batch = await events.fetch(min(BATCH, count - got), timeout=5)
            got += len(batch)
            batches.append([Envelope.of(one) for one in batch])
            for one in batch:
                await one.ack()
    return batches


async def raw(world: World, count: int) -> None:
    """What no consumer can beat that writes one row an event: one connection, no inbox."""
    connection = await asyncpg.connect(world.site.url("trial", "trial").replace("+asyncpg", ""))
    await connection.execute("set role trial_system")
    for batch in await fetched(world, count):
        async with connection.transaction():
            for envelope in batch:
                event = FormChanged.FromString(envelope.body)
                await connection.execute(RAW, UUID(int=1), event.form, event.code)
    await connection.close()


async def one_by_one(world: World, count: int) -> None:
    """A transaction for each, one after the other; the inbox in it."""
    follower = Follower(world.running["trial"].service, on)
    await world.sql(
        "trial", "insert into followed (stream, epoch, position) values ('saola', 0, 0)"
    )
    for batch in await fetched(world, count):
        for envelope in batch:
            await follower.apply(envelope)


async def lanes(world: World, count: int) -> None:
    """As every service does it; from the beginning of its leadership."""
    await until_applied(world, count)


async def lanes_that_wait(world: World, count: int) -> None:
    """The same, where each handler waits for the database to answer."""
    await until_applied(world, count)


async def until_applied(world: World, count: int) -> None:
    connection = await asyncpg.connect(world.site.postgres + "trial")
    applied = 0
    while applied < count:
        await asyncio.sleep(0.1)
        applied = await connection.fetchval("select count(*) from notes")
    await connection.close()


APPS: dict[Callable[[World, int], Awaitable[None]], App] = {lanes: app, lanes_that_wait: waiting}


async def measure(
    world: World, count: int, way: Callable[[World, int], Awaitable[None]]
) -> tuple[float, float]:
    """Events a second, and microseconds of CPU an event.

    A service without handlers stands in where something else does the work.
    """
    with suppress(NotFoundError):
        await world.stream.delete_stream(STREAM)
    await world.prepare(app)
    async with world.serving(bystander):  # makes the stream
        await publish(world, count)
    async with world.serving(APPS.get(way, bystander)):
        begin, used = time.perf_counter(), time.process_time()
        await way(world, count)
        used = time.process_time() - used
        return count / (time.perf_counter() - begin), used / count * 1e6


async def main(count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with standing() as site:
        async with begun(site) as world:
            told = {way: await measure(world, count, way) for way in WAYS}
    [best, _], [bare, _] = told[lanes], told[raw]
    print(f"events applied by a consumer: {best:,.0f}/s of {count:,}, {best / bare:.2f} x raw")
    for way, (rate, cpu) in told.items():
        print(f"  {way.__name__.replace('_', ' ')}: {rate:,.0f}/s, {cpu:.0f} us of CPU an event")


WAYS = (raw, one_by_one, lanes_that_wait, lanes)

if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
