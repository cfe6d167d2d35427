"""Calls in flight, rounds that take turns, medians: one way of measuring for all."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping

IN_FLIGHT = 16
ROUNDS, CALLS = 7, 2_000
Ask = Callable[[], Awaitable[object]]


async def rates(asks: Mapping[str, Ask], calls: int = CALLS) -> dict[str, float]:
    """Calls per second of each, the median of rounds that alternate."""
    found: dict[str, list[float]] = {name: [] for name in asks}
    for ask in asks.values():
        await _round(ask, calls // 10)
    for _ in range(ROUNDS):
        for name, ask in asks.items():
            found[name].append(await _round(ask, calls))
    return {name: statistics.median(seen) for name, seen in found.items()}


async def _round(ask: Ask, calls: int) -> float:
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            await ask()

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))
    return calls / (time.perf_counter() - begun)


def percentile(seconds: list[float], share: float) -> float:
    """The value below which `share` of them lie, in seconds."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * share))]
