"""The warehouse in a process of its own, by the clock of a file: `python -m …served CLOCK`.

It loads all it needs, waits for a line, and serves until it is killed.
"""

import asyncio
import mmap
import struct
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from saola.kit import logs
from saola.kit.app import together
from saola.kit.settings import Platform, load
from saola.services.warehouse.app import app

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def written(now: datetime) -> bytes:
    """A moment as it stands in the file."""
    return struct.pack("<q", (now - EPOCH) // MICROSECOND)


def clock(file: Path) -> Callable[[], datetime]:
    with file.open("rb") as opened:
        memory = mmap.mmap(opened.fileno(), 8, access=mmap.ACCESS_READ)
    return lambda: EPOCH + struct.unpack("<q", memory)[0] * MICROSECOND


async def serve(now: Callable[[], datetime]) -> None:
    platform = load(Platform)
    logs.set_up(platform.log_level)
    async with together([app], platform, now=now):
        await asyncio.Event().wait()


if __name__ == "__main__":
    moment = clock(Path(sys.argv[1]))
    sys.stdin.readline()
    asyncio.run(serve(moment))
