"""Kill -9 of the processes that `make ps` shows: one after the other, or at random."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent.parent.parent
BACK = 240.0  # seconds within which whatever was killed must run again
CALM = 4.0  # seconds between a recovery and the next kill, where they come in turn
LONGEST_CALM = 12.0  # and at most, where they come at random
TWO = 0.25  # of the kills at random hit two at once
Say = Callable[[str], None]


class GoneForGood(Exception):
    """What was killed has not come back."""


def processes() -> dict[str, dict[str, object]]:
    """What `make ps` shows, by name."""
    command = [sys.executable, "-m", "saola.deploy", "ps", "--json"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE)
    return {one["name"]: one for one in json.loads(said.stdout)}


def kill(names: Collection[str]) -> float:
    """Kills them at once, and waits until others run in their places: the seconds that took."""
    before = _running(names, dict.fromkeys(names, 0))
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    begun = time.monotonic()
    _running(names, before)
    return time.monotonic() - begun


def _running(names: Collection[str], before: Mapping[str, int]) -> Mapping[str, int]:
    """Waits until all of them run, and not as they did before; gives their numbers."""
    end = time.monotonic() + BACK
    while time.monotonic() < end:
        now = processes()
        pids = {name: int(str(now[name]["pid"])) for name in names}
        running = all(now[name]["state"] == "running" for name in names)
        if running and all(pid and pid != before[name] for name, pid in pids.items()):
            return pids
        time.sleep(0.3)
    raise GoneForGood(f"{' and '.join(names)} did not come back within {BACK:.0f} s")


def in_turn(names: Sequence[str], say: Say) -> None:
    for name in names:
        time.sleep(CALM)
        say(f"kill -9 {name}: back after {kill([name]):.1f} s")
    time.sleep(CALM)


def at_random(names: Sequence[str], minutes: float, lot: random.Random, say: Say) -> None:
    """One or two of them, and not always when all has recovered from the last."""
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        time.sleep(lot.uniform(0, LONGEST_CALM))
        some = lot.sample(names, 2 if lot.random() < TWO and len(names) > 1 else 1)
        say(f"kill -9 {' and '.join(some)}: back after {kill(some):.1f} s")
    time.sleep(CALM)
