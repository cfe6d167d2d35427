"""Calls in flight, rounds that take turns, medians: one way of measuring for all."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

IN_FLIGHT = 16
ROUNDS, CALLS = 7, 2_000
TICK = 1_000_000 / os.sysconf("SC_CLK_TCK")  # µs
RESTING = 50_000  # µs of the processor in a second
Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Side:
    """What is asked, and the process that answers."""

    ask: Ask
    pid: int


@dataclass(frozen=True)
class Speed:
    """Calls a second, and what one costs the process that answers, in µs of its processor.

    The second is steadier where others use the machine too.
    """

    rate: float
    cost: float

    def against(self, peer: "Speed", goal: float) -> str:
        return (
            f"{self.rate / peer.rate:.2f} of bare (goal {goal}): {self.rate:.0f}/s to "
            f"{peer.rate:.0f}/s; processor {peer.cost / self.cost:.2f}: {self.cost:.0f} µs a call "
            f"to {peer.cost:.0f} µs"
        )


async def speeds(sides: Mapping[str, Side], calls: int = CALLS) -> dict[str, Speed]:
    """The medians of rounds that alternate."""
    found: dict[str, list[Speed]] = {name: [] for name in sides}
    for side in sides.values():
        await _rest(side.pid)
        await _round(side, calls // 10)
    for _ in range(ROUNDS):
        for name, side in sides.items():
            found[name].append(await _round(side, calls))
    return {name: _median(seen) for name, seen in found.items()}


async def _round(side: Side, calls: int) -> Speed:
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await side.ask()

    begun, used = time.perf_counter(), _used(side.pid)
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return Speed(calls / (time.perf_counter() - begun), (_used(side.pid) - used) / calls)


async def _rest(pid: int) -> None:
    """Waits for what the preparations have left it to do."""
    for _ in range(60):
        used = _used(pid)
        await asyncio.sleep(1)
        if _used(pid) - used < RESTING:
            return


def _used(pid: int) -> float:
    """The processor time of a process so far, in µs."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def _median(seen: list[Speed]) -> Speed:
    return Speed(
        statistics.median(one.rate for one in seen), statistics.median(one.cost for one in seen)
    )


def percentile(seconds: list[float], share: float) -> float:
    """The value below which `share` of them lie, in seconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]
