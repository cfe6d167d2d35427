"""Starts the rows of a table by their needs, looks after the processes, and ends them all."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from saola.deploy import orphans
from saola.deploy.journal import Journal
from saola.deploy.rows import CannotStart, Process, Row, Step, needed, waves
from saola.parts.part import Part

PATIENCE = 600.0  # seconds in which a process must be ready; a busy machine is slow
ATTEMPTS = 3  # of a process that ends before it has ever been ready
LONGEST = 15.0  # seconds between two attempts
TWICE = 2.0  # seconds after which a second Ctrl-C is meant
SETTLED = 60.0  # seconds after which a process that ends begins anew with short pauses
Say = Callable[[str], None]
Started = subprocess.Popen[bytes]


class Supervisor:
    """`rows` may need each other in any way but a circle."""

    def __init__(self, rows: Sequence[Row], data: Path, say: Say) -> None:
        self.rows, self.data, self.say = rows, data, say
        self.journal = Journal(data)
        self.order = waves(rows)
        self._ready = {row.name: asyncio.Event() for row in rows}
        self._alive: dict[str, tuple[Part, Started]] = {}
        self._stop = asyncio.Event()
        self._begun, self._told = time.monotonic(), 0.0

    def stop(self) -> None:
        """Told once it ends all in order; told again after a while, at once.

        A terminal and `make` may both pass on the same Ctrl-C.
        """
        self._told = self._told or time.monotonic()
        if time.monotonic() > self._told + TWICE:
            for _, process in self._alive.values():
                _signal(process, signal.SIGKILL)
        self._stop.set()

    async def run(self, up: Callable[[], Awaitable[None]]) -> None:
        """Until told to stop; `up` is called when all but what is aside is ready."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._row(row)) for row in self.rows]
                tasks.append(group.create_task(self._announce(up)))
                tasks.append(group.create_task(self._keep_house()))
                await self._stop.wait()
                for task in tasks:
                    task.cancel()
        except ExceptionGroup as failed:
            raise _first(failed) from None
        finally:
            await self._end()

    async def _announce(self, up: Callable[[], Awaitable[None]]) -> None:
        aside = {row.name for row in self.rows if isinstance(row, Step) and row.aside}
        for name in needed(self.rows, set(self._ready) - aside):
            await self._ready[name].wait()
        await up()

    async def _row(self, row: Row) -> None:
        if isinstance(row, Process):
            self.journal.note(row.name, "waiting")
        for name in row.needs:
            await self._ready[name].wait()
        begun = time.monotonic()
        if isinstance(row, Step):
            try:
                said = await asyncio.to_thread(row.do)
            except CannotStart as error:
                if not row.aside:
                    raise
                self.say(f"{row.name}: {error}")
                return
            self._tell(row.name, said or "done", begun)
            self._ready[row.name].set()
        else:
            self.journal.note(row.name, "preparing")
            part = await asyncio.to_thread(row.make)
            await self._look_after(self._marked(part, row.name))

    def _marked(self, part: Part, name: str) -> Part:
        if not Path(part.command[0]).exists():
            raise CannotStart(f"{part.command[0]} is missing: run `make setup`.")
        marked = {**part.environment, orphans.MARK: str(self.data)}
        return replace(part, name=name, environment=marked)

    async def _look_after(self, part: Part) -> None:
        """Starts it whenever it has ended, sooner or later."""
        failures, begun, name = 0, time.monotonic(), part.name
        while True:
            since = time.monotonic()
            process = self._start(part)
            code = await self._until_ready(part, process)
            if code is None:
                if not self._ready[name].is_set():
                    self._tell(name, "ready", begun)
                    self._ready[name].set()
                elif failures:
                    self.say(f"{name} is back after {time.monotonic() - begun:.1f} s")
                self.journal.note(name, "running")
                code = await exited(process)
            begun = time.monotonic()
            failures = 1 if begun - since > SETTLED else failures + 1
            _signal(process, signal.SIGKILL)  # what it may have left behind in its group
            if not self._ready[name].is_set() and failures >= ATTEMPTS:
                raise CannotStart(self._post_mortem(name, code))
            pause = min(0.1 * 2**failures, LONGEST)
            self.say(f"{name} ended with {meaning(code)}; again in {pause:.1f} s")
            restarts = self.journal.states[name].restarts + 1
            self.journal.note(name, "restarting", pid=0, restarts=restarts)
            await asyncio.sleep(pause)

    def _start(self, part: Part) -> Started:
        with self.journal.log(part.name).open("ab") as log:
            process = part.start(log)
        self._alive[part.name] = part, process
        ports = sorted(part.ports.values())
        self.journal.note(part.name, "starting", pid=process.pid, ports=ports)
        return process

    async def _until_ready(self, part: Part, process: Started) -> int | None:
        """None when it is; else the code with which it has ended."""
        end = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(part.ready):
            if (code := process.poll()) is not None:
                return code
            if time.monotonic() > end:
                _signal(process, signal.SIGKILL)
                return await exited(process)
            await asyncio.sleep(0.1)
        return process.poll()

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(10)
            await asyncio.to_thread(self.journal.bound)

    async def _end(self) -> None:
        """In the reverse order, and in the end whatever bears the mark."""
        for wave in reversed(self.order):
            await asyncio.gather(*map(self._end_one, (one for one in wave if one in self._alive)))
        await asyncio.to_thread(orphans.end, self.data)

    async def _end_one(self, name: str) -> None:
        part, process = self._alive[name]
        self.journal.note(name, "stopping")
        with suppress(ProcessLookupError):
            process.send_signal(part.stop)
        try:
            async with asyncio.timeout(part.grace):
                await exited(process)
        except TimeoutError:
            pass
        _signal(process, signal.SIGKILL)
        await exited(process)
        part.tidy()
        self.journal.note(name, "stopped", pid=0)

    def _tell(self, name: str, what: str, begun: float) -> None:
        now = time.monotonic()
        self.say(f"{now - self._begun:6.1f} s  {name:<14} {what} ({now - begun:.1f} s)")

    def _post_mortem(self, name: str, code: int) -> str:
        log = self.journal.log(name)
        tail = self.journal.tail(name)
        return f"{name} cannot be started, it ended with {meaning(code)}. {log}:\n{tail}"


async def exited(process: Started) -> int:
    """Its code, as soon as it has ended."""
    if (code := process.poll()) is not None:
        return code
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    handle = os.pidfd_open(process.pid)
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)
    return process.wait()


def meaning(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


def _signal(process: Started, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = failed.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
