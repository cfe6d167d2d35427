"""Start and end of a process: what keeps it from starting, what it waits for, its last seconds."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TypeVar

import structlog

GRACE = 10.0  # seconds, for calls in hand when the process is told to stop
R = TypeVar("R")
log = structlog.get_logger()


class CannotStart(Exception):
    """One sentence for whoever runs the site; nothing will help but them."""


class PortTaken(CannotStart):
    def __init__(self, address: str, what: str) -> None:
        super().__init__(f"{address}, where {what} is to listen, is taken by another process.")


async def until_there(
    part: str, attempt: Callable[[], Awaitable[R]], waits: MutableMapping[str, str]
) -> R:
    """Tries `attempt` until it succeeds, and says meanwhile, every few seconds, what it waits for.

    A part that is away at start is no failure: parts start in any order.
    """
    pause = 0.1
    waits[part] = "does not answer yet"
    while True:
        try:
            async with asyncio.timeout(5):
                result = await attempt()
        except CannotStart:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a client of a part may raise
            waits[part] = f"{type(error).__name__} {error}".strip().partition("\n")[0]
            if pause > 1:
                log.warning("waiting", part=part, error=waits[part])
        else:
            waits.pop(part, None)
            return result
        await asyncio.sleep(pause)
        pause = min(pause * 2, 3)
