"""`python -m tests.history`: a long random history, told to the warehouse and to a
naive model in memory, with the process of the warehouse killed in the middle of calls; then both
are asked about random moments. It takes some minutes, and is no part of `make test`.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from services.warehouse.tests.model.run import Asked, Found, run

from saola.testing.site import standing
from saola.testing.world import begun


def asked() -> Asked:
    parser = argparse.ArgumentParser(prog="make history", description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000, help="how many (%(default)s)")
    parser.add_argument("--moments", type=int, default=50, help="as of how many (%(default)s)")
    parser.add_argument("--kills", type=int, help="how often it is killed (1 %% of the operations)")
    parser.add_argument("--seed", type=int, help="the same history again (a random one)")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if given.seed is None else given.seed
    kills = given.operations // 100 if given.kills is None else given.kills
    return Asked(seed, given.operations, given.moments, kills)


async def tell(wanted: Asked, log: Path) -> Found:
    start = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - start:6.0f} s  {what}", flush=True)

    with standing() as site:
        async with begun(site) as world:
            return await run(world, log, wanted, say)


def main() -> None:
    wanted = asked()
    folder = Path(tempfile.mkdtemp(prefix="history-"))
    again = f"--operations {wanted.operations} --moments {wanted.moments} --seed {wanted.seed}"
    print(f"python -m tests.history {again} --kills {wanted.kills}", flush=True)
    try:
        found = asyncio.run(tell(wanted, folder / "warehouse.log"))
    except (AssertionError, TimeoutError) as failure:
        print(f"what the warehouse logged: {folder / 'warehouse.log'}")
        sys.exit(f"history failed (seed {wanted.seed}): {failure}")
    print(", ".join(f"{count} {verb}" for verb, count in found.operations.most_common()))
    print(f"{found.reports} reports, {found.kills} kills, {found.midst} in the middle of a call")
    print(f"the same at {wanted.moments} moments, twice: {found.seconds:.0f} s")


if __name__ == "__main__":
    main()
