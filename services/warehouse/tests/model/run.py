"""A whole history: told to both, with the process killed now and then, and then compared."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from services.warehouse.tests.model.agreement import Agreement, Depth
from services.warehouse.tests.model.history import History, drawing
from services.warehouse.tests.model.process import mortal

from saola.testing.world import World

LONG = 1000  # operations, from which on more is asked about each moment
NEWS = 250  # operations between two words on how far it is


class Asked(NamedTuple):
    """Which history, and how closely it is looked at."""

    seed: int
    operations: int
    moments: int
    kills: int

    @property
    def depth(self) -> Depth:
        return (
            Depth(reports=40, figures=30)
            if self.operations >= LONG
            else Depth(reports=8, figures=3)
        )


@dataclass(frozen=True)
class Found:
    """How much was agreed upon."""

    operations: Counter[str]
    reports: int
    kills: int
    midst: int
    seconds: float


async def run(world: World, log: Path, asked: Asked, say: Callable[[str], None]) -> Found:
    """At as many random moments both are asked: in the midst of it, and at the end as of then."""
    begun, lot = time.monotonic(), drawing(asked.seed)
    steps = range(asked.operations)
    dooms, looks = set(lot.sample(steps, asked.kills)), set(lot.sample(steps, asked.moments))
    async with mortal(world, log) as process:
        history = History(world, process, asked.seed, asked.operations)
        await history.begin()
        moments = list[datetime]()
        for step in steps:
            if step in dooms:
                history.doom()
            await history.go(1)
            if step in looks:
                moments.append(world.now + timedelta(seconds=lot.randint(0, 59)))
                check = Agreement(history, history.model.now, None, lot)
                await check.check(asked.depth)
            if step % NEWS == NEWS - 1:
                say(f"{step + 1} operations, {process.kills} kills, now {world.now:%d/%m/%Y}")
        for number, (moment, sheet) in enumerate(history.model.as_of(moments), 1):
            await Agreement(history, sheet, moment, lot).check(asked.depth)
            say(f"as of {moment:%d/%m/%Y %H:%M:%S}: the same ({number} of {len(moments)})")
        return Found(
            Counter(history.counts),
            len(history.model.now.reports),
            process.kills,
            process.midst,
            time.monotonic() - begun,
        )
