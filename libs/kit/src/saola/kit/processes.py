"""Worker processes: for what takes more than 50 ms of computing, or reads what strangers send.

A job has so many seconds and so much memory. One that takes more is ended, and so is one that
nobody waits for any more; another process takes the place. None runs before the first job.
"""

import asyncio
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from saola.kit.errors import ContentTooComplex
from saola.kit.worker import LENGTH, packed

BIRTHS = 3  # tries to bring a process to life
P = ParamSpec("P")
R = TypeVar("R")
Time = Callable[[str, float], object]  # is told of each job's outcome and seconds


class JobFailed(Exception):
    """A job ended with an error that nobody foresaw, told by its type and its traceback there."""


class JobLost(Exception):
    """The process of a job was killed from outside."""


class Processes:
    """At most `most` processes, with `seconds` and `memory` (in bytes) for each job."""

    def __init__(
        self, seconds: float = 60, memory: int = 1 << 30, most: int = 1, time: Time | None = None
    ) -> None:
        self._seconds, self._memory, self._time = seconds, memory, time
        self._free = asyncio.Semaphore(most)
        self._idle: list[Process] = []
        self.busy = 0

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `function` gives, in another process. It raises DomainErrors as they are."""
        job = packed(partial(function, *args, **kwargs))
        async with self._free:
            worker = await self._ready()
            kind, begun = "lost", perf_counter()
            try:
                self.busy += 1
                async with asyncio.timeout(self._seconds):
                    kind, value = await _ask(worker, job)
            except TimeoutError:
                kind = "exhausted"
                raise ContentTooComplex from None
            except (asyncio.IncompleteReadError, ConnectionError) as error:
                code = await worker.wait()
                raise JobLost(f"{_name(function)}: the process ended with {code}") from error
            else:
                if kind != "exhausted":  # its memory may be in pieces
                    self._idle.append(worker)
            finally:
                self.busy -= 1
                if self._time:
                    self._time(kind, perf_counter() - begun)
                if worker not in self._idle:
                    await _end(worker)
        match kind:
            case "kept":
                result: R = value
                return result
            case "refused":
                raise value
            case "exhausted":
                raise ContentTooComplex
            case _:
                raise JobFailed(f"{_name(function)}: {value[0]}\n{value[1]}")

    async def _ready(self) -> Process:
        """One that answers: an idle one may have been killed since, a new one have died at birth
        (between fork and exec, among the threads of gRPC).
        """
        while self._idle:
            worker = self._idle.pop()
            if await _lives(worker, 1):
                return worker
        for _ in range(BIRTHS):
            worker = await self._start()
            if await _lives(worker, self._seconds):
                return worker
        raise JobLost("no process comes to life")

    async def _start(self) -> Process:
        command = (sys.executable, "-m", "saola.kit.worker")
        worker = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        stdin = _stdin(worker)
        if not stdin.is_closing():
            stdin.write(packed((sys.path, self._memory)))
        return worker

    async def close(self) -> None:
        while self._idle:
            await _end(self._idle.pop())


async def _lives(worker: Process, seconds: float) -> bool:
    """Whether it answers within that time; ended if not."""
    try:
        async with asyncio.timeout(seconds):
            await _ask(worker, packed(int))
    except BaseException as error:
        await _end(worker)
        if not isinstance(error, (OSError, TimeoutError, asyncio.IncompleteReadError)):
            raise
        return False
    return True


async def _ask(worker: Process, job: bytes) -> Any:
    stdin, stdout = _stdin(worker), worker.stdout
    if stdout is None or stdin.is_closing():
        raise ConnectionError
    stdin.write(job)
    await stdin.drain()
    head = await stdout.readexactly(LENGTH)
    body = await stdout.readexactly(int.from_bytes(head, "big"))
    return pickle.loads(body)  # noqa: S301  # what our own child has sent


def _stdin(worker: Process) -> asyncio.StreamWriter:
    if worker.stdin is None:
        raise ConnectionError
    return worker.stdin


async def _end(worker: Process) -> None:
    """Kills it if it still runs, and leaves nothing un-awaited."""
    with suppress(ProcessLookupError):
        worker.kill()
    await worker.wait()
    stdin = _stdin(worker)
    stdin.close()
    with suppress(ConnectionError):
        await stdin.wait_closed()


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__qualname__", type(function).__name__)
