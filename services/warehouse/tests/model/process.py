"""A process that serves the warehouse and can be killed in the middle of a call."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, TypeVar

import grpc
from services.warehouse.tests.model.served import written

from saola.kit.status import Refused
from saola.services.warehouse.app import app
from saola.testing.world import World

T = TypeVar("T")
UNANSWERED = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}
DONE = "select done_until >= '{0}' from jobs where name = '{1}'"
SOON = 0.02  # seconds before a call is asked again


class Mortal:
    """Serves by the clock of `world`; another stands ready to take its place."""

    def __init__(self, world: World, log: IO[bytes]) -> None:
        self._world, self._log = world, log
        self._clock = Path(log.name).with_suffix(".clock")
        self._serving: Process | None = None
        self._next: Process | None = None
        self._doom: float | None = None
        # How often it was killed, and how often while somebody waited for an answer.
        self.kills, self.midst = 0, 0

    async def begin(self) -> None:
        self.tell_time(self._world.now)
        self._next = await self._load()
        await self._succeed()

    async def end(self) -> None:
        for process in (self._serving, self._next):
            if process is not None:
                process.kill()
                await process.wait()

    def tell_time(self, now: datetime) -> None:
        """The file stays the same: whoever serves has it in its memory."""
        self._world.now = now
        with self._clock.open("r+b" if self._clock.exists() else "wb") as file:
            file.write(written(now))

    def kill_in(self, seconds: float) -> None:
        """So long after the next call that changes something has begun, it is killed."""
        self._doom = seconds

    async def answer(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What it says at last: whoever gets no answer asks the same again."""
        async with asyncio.timeout(60):
            while True:
                try:
                    return await ask()
                except grpc.aio.AioRpcError as error:
                    if error.code() not in UNANSWERED:
                        raise
                await asyncio.sleep(SOON)

    async def done(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What it says to what changes something."""
        doom, self._doom = self._doom, None
        if doom is None:
            return await self.answer(ask)
        async with asyncio.TaskGroup() as group:
            asked = group.create_task(self._refusable(ask))
            group.create_task(self._kill(doom, asked))
        said = asked.result()
        if isinstance(said, Refused):
            raise said
        return said

    async def _refusable(self, ask: Callable[[], Awaitable[T]]) -> T | Refused:
        try:
            return await self.answer(ask)
        except Refused as refusal:
            return refusal

    async def _kill(self, after: float, asked: asyncio.Task[Any]) -> None:
        await asyncio.sleep(after)
        self.midst += not asked.done()
        if self._serving is not None:
            self._serving.kill()
            await self._serving.wait()
        self.kills += 1
        await self._succeed()

    async def _succeed(self) -> None:
        self._serving = self._next
        if self._serving is not None and self._serving.stdin is not None:
            self._serving.stdin.write(b"\n")
        self._next = await self._load()

    async def _load(self) -> Process:
        platform = self._world.platform()
        given = {
            "SAOLA_DATABASE": platform.database.get_secret_value(),
            "SAOLA_NATS": platform.nats,
            "SAOLA_ISSUER": platform.issuer,
            "SAOLA_SECRETS": str(platform.secrets),
            "SAOLA_GRPC": platform.grpc,
            "SAOLA_PEERS": platform.peers,
            "SAOLA_HTTP": "127.0.0.1:0",
            "SAOLA_OBJECTS": platform.objects,
        }
        command = (sys.executable, "-m", "services.warehouse.tests.model.served", self._clock)
        return await asyncio.create_subprocess_exec(
            *command,
            env={"PATH": os.defpath, **given},
            stdin=PIPE,
            stdout=self._log,
            stderr=self._log,
        )


async def done(world: World, job: str, by: datetime) -> None:
    """Waits until what the clock of the service does, is done for a moment."""
    asked = DONE.format(by.isoformat(), job)
    async with asyncio.timeout(30):
        while not await world.sql("warehouse", asked):
            await asyncio.sleep(0.05)


@asynccontextmanager
async def mortal(world: World, log: Path) -> AsyncIterator[Mortal]:
    """On a fresh database."""
    await world.prepare(app)
    with log.open("wb") as opened:
        one = Mortal(world, opened)
        try:
            await one.begin()
            yield one
        finally:
            await one.end()
