"""A part: one real server as a process; how to start it, know it ready, and stop it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

import httpx

BIN = Path(sys.executable).parent  # where packages put their programs
PATIENCE = 90.0  # seconds
LIBC = ctypes.CDLL(None)
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


class PartFailed(Exception):
    """It ended before it was ready, or did not get ready in time; the sentence says which."""


@dataclass(frozen=True)
class Part:
    """One server. `ports` have names; the first is the one that it is asked on."""

    name: str
    command: tuple[str, ...]
    ports: Mapping[str, int]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop: signal.Signals = signal.SIGTERM
    user: str = ""  # who runs it, if not whoever starts it
    grace: float = 10.0  # seconds from `stop` to SIGKILL
    leaves: tuple[Path, ...] = ()  # what it makes outside of its home, and leaves there

    def start(self, log: IO[bytes] | int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Starts it in a process group of its own, without the environment of whoever starts it.

        It is told to stop when the thread that started it ends, however that ends.
        """
        self.tidy()
        # A call into libc and nothing else, so it is safe beside threads.
        options: dict[str, Any] = {"preexec_fn": partial(LIBC.prctl, SET_DEATH_SIGNAL, self.stop)}
        if self.user:
            options["user"] = self.user
        return subprocess.Popen(
            self.command,
            env={"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8", **self.environment},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            process_group=0,
            **options,
        )

    def tidy(self) -> None:
        """Removes what an earlier one has left, unless that was somebody else's."""
        for file in self.leaves:
            try:
                file.unlink(missing_ok=True)
            except PermissionError as error:
                raise PartFailed(
                    f"{file} is another user's, whose “{self.name}” runs or has run on the same "
                    "ports: remove it, or choose others."
                ) from error


@contextmanager
def running(part: Part, patience: float = PATIENCE) -> Iterator[Part]:
    """`part`, ready; stopped with all its children when this is left."""
    process = part.start()
    try:
        await_ready(part, process, patience)
        yield part
    finally:
        end(part, process)


def await_ready(part: Part, process: "subprocess.Popen[bytes]", patience: float = PATIENCE) -> None:
    """Waits until it answers."""
    until = time.monotonic() + patience
    while not part.ready():
        if process.poll() is not None:
            raise PartFailed(f"{part.name} ended with {process.returncode} before it was ready.")
        if time.monotonic() > until:
            raise PartFailed(f"{part.name} was not ready within {patience:.0f} s.")
        time.sleep(0.02)


def end(part: Part, process: "subprocess.Popen[bytes]") -> None:
    """Stops it, by force where it does not stop in time; its children too."""
    if process.poll() is None:
        process.send_signal(part.stop)
        with suppress(subprocess.TimeoutExpired):
            process.wait(part.grace)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    part.tidy()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether an HTTP GET gives a 2xx."""
    try:
        return httpx.get(url, timeout=2).is_success
    except httpx.HTTPError:
        return False
