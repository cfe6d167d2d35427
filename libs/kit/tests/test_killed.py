"""A process is killed in the middle of its own work: another goes on, and nothing is done twice."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from google.protobuf.wrappers_pb2 import StringValue
from libs.kit.tests import trial
from libs.kit.tests.killed import TO, app, count, note
from sqlalchemy import select

from saola.kit.owed import SUCCEEDED, Operation
from saola.testing.world import World


@asynccontextmanager
async def doomed(world: World) -> AsyncIterator[None]:
    """Another process of the service: it works until it halts, and is killed there."""
    platform = world.platform()
    env = {
        "SAOLA_DATABASE": platform.database.get_secret_value(),
        "SAOLA_NATS": platform.nats,
        "SAOLA_ISSUER": platform.issuer,
        "SAOLA_SECRETS": str(platform.secrets),
        "SAOLA_GRPC": platform.grpc.replace(".sock", "-doomed.sock"),
        "SAOLA_HTTP": "127.0.0.1:0",
        "SAOLA_OBJECTS": platform.objects,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "libs.kit.tests.killed"),
        env={"PATH": os.defpath, **env},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            while process.stdout and b"halted" not in (line := await process.stdout.readline()):
                assert line, "It ended by itself."
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()


async def noted(world: World, about: str) -> list[str]:
    async with world.unit("trial") as unit:
        asked = select(trial.Note.text).where(trial.Note.about == about)
        return [row.text for row in await unit.rows(asked.order_by(trial.Note.number))]


async def test_a_task_killed_halfway_is_done_by_another(world: World) -> None:
    await world.prepare(app)
    async with world.serving(trial.idle), world.unit("trial") as unit:
        for number in range(TO):
            unit.task(note, key="task", number=number)
    async with doomed(world):
        pass
    async with world.serving(app):
        await world.settle()
        assert await noted(world, "task") == [f"{number}" for number in range(TO)]


async def test_an_operation_goes_on_where_it_was_killed(world: World) -> None:
    await world.prepare(app)
    async with world.serving(trial.idle), world.unit("trial") as unit:
        await unit.operate(count, StringValue(value="saola"), agency=trial.AGENCY)
    async with doomed(world):
        pass
    async with world.serving(app):
        await world.settle()
        assert await noted(world, "saola") == [f"{number}" for number in range(TO)]
        async with world.unit("trial") as unit:
            [row] = await unit.rows(select(Operation.state, Operation.run, Operation.done))
        assert tuple(row) == (SUCCEEDED, 2, TO)
