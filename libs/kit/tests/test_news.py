"""Whoever waits is told after a commit, by the process that wrote."""

import asyncio

import asyncpg
from libs.kit.tests import make, trial

from saola.kit.call import Unit
from saola.kit.tables import outbox
from saola.testing.plugin import World


def emit(unit: Unit) -> None:
    unit.emit(make.pb.NoteWritten(note="notes/1"))


async def test_what_is_kept_is_told_and_what_is_not_kept_is_not(world: World) -> None:
    await world.run(trial.idle)
    connection = await asyncpg.connect(world.site.postgres + "trial")
    heard: asyncio.Queue[str] = asyncio.Queue()
    await connection.add_listener(outbox.name, lambda *told: heard.put_nowait(told[2]))

    async def in_vain() -> None:
        async with world.unit("trial") as unit:
            emit(unit)
            raise ZeroDivisionError

    for attempt in (in_vain(), in_vain()):
        await asyncio.gather(attempt, return_exceptions=True)
    async with world.unit("trial"):
        pass
    async with asyncio.timeout(30):
        async with world.unit("trial") as unit:
            emit(unit)
        assert await heard.get() == outbox.name
    assert heard.empty()
    await connection.close()
