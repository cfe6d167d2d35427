"""What a service owes itself is done, once, in order within a key, whoever is killed."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from libs.kit.tests import trial
from sqlalchemy import select, update

from saola.kit.app import App
from saola.kit.call import Call
from saola.kit.owed import work
from saola.kit.tasks import Tasks
from saola.testing.plugin import World


class Doer:
    """A service that notes what it does, and fails while it is broken."""

    def __init__(self) -> None:
        self.broken, self.did, tasks = False, list[tuple[str, int]](), Tasks()
        self.tried = asyncio.Event()

        @tasks
        async def note(call: Call, payload: Mapping[str, Any]) -> None:
            self.tried.set()
            if self.broken:
                raise ValueError
            self.did.append((payload["about"], payload["number"]))

        self.note = note
        self.app = App("trial", trial.Base.metadata, tasks=tasks, package=trial.PACKAGE)


async def owe(world: World, doer: Doer, about: str, *numbers: int, **when: Any) -> None:
    async with world.unit("trial") as unit:
        for number in numbers:
            unit.task(doer.note, key=about, about=about, number=number, **when)


async def test_what_is_owed_under_a_key_is_done_in_order(world: World) -> None:
    doer = Doer()
    await world.run(doer.app)
    await owe(world, doer, "a", 1, 2, 3)
    await owe(world, doer, "b", 1, 2)
    await world.settle()

    assert [number for about, number in doer.did if about == "a"] == [1, 2, 3]
    assert [number for about, number in doer.did if about == "b"] == [1, 2]


async def test_what_fails_is_tried_again_before_what_follows(world: World) -> None:
    doer = Doer()
    doer.broken = True
    await world.run(doer.app)
    await owe(world, doer, "a", 1, 2)
    await doer.tried.wait()
    await world.settle()
    doer.broken = False
    world.now += timedelta(hours=1)
    await world.wake()
    await world.settle()

    assert doer.did == [("a", 1), ("a", 2)]


async def test_what_is_due_later_waits_for_its_hour_and_holds_up_nobody(world: World) -> None:
    doer = Doer()
    await world.run(doer.app)
    await owe(world, doer, "a", 2, not_before=world.now + timedelta(hours=1))
    await owe(world, doer, "a", 1)
    await world.settle()
    assert doer.did == [("a", 1)]

    world.now += timedelta(hours=1)
    await world.wake()
    await world.settle()
    assert doer.did == [("a", 1), ("a", 2)]


async def test_what_never_succeeds_is_parked_with_its_key_alone(world: World) -> None:
    doer = Doer()
    doer.broken = True
    await world.run(doer.app)
    await owe(world, doer, "a", 1)
    for _ in range(12):
        await world.settle()
        world.now += timedelta(hours=1)
        await world.wake()
    await world.settle()
    doer.broken = False
    await owe(world, doer, "a", 2)
    await owe(world, doer, "b", 1)
    await world.settle()

    assert doer.did == [("b", 1)]
    async with world.unit("trial") as unit:
        rows = await unit.rows(select(work.c.error, work.c.attempts, work.c.parked_at))
    assert [(row.error, row.attempts, bool(row.parked_at)) for row in rows] == [
        ("ValueError", 12, True),
        ("", 0, False),
    ]


async def test_what_ends_its_process_again_and_again_is_parked(world: World) -> None:
    doer = Doer()
    await world.prepare(doer.app)
    async with world.serving(trial.idle):
        await owe(world, doer, "a", 1)
        async with world.unit("trial") as unit:  # each try was counted, and none came to its end
            await unit.session.execute(update(work).values(attempts=12))
    async with world.serving(doer.app):
        await world.settle()
        async with world.unit("trial") as unit:
            [row] = await unit.rows(select(work.c.error, work.c.parked_at))

    assert doer.did == []
    assert (row.error, bool(row.parked_at)) == ("Deadly", True)
