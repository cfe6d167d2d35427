"""That there is something in the outbox, or to work on: told to whoever waits for it.

It is told after the commit: a NOTIFY within it lets one commit of a database in at a time, and
each waits for the disk. Who dies between the two is not missed: loops look by themselves too.
"""

import asyncio
from typing import TYPE_CHECKING

from saola.kit.owed import work
from saola.kit.tables import outbox

if TYPE_CHECKING:
    from saola.kit.service import Service

CHANNELS = frozenset({outbox.name, work.name})
PAUSE = 0.02  # seconds; what is written meanwhile is told together


class News:
    """What this process has written and not told yet."""

    def __init__(self) -> None:
        self._tables: set[str] = set()
        self._some = asyncio.Event()

    def tell(self, tables: set[str]) -> None:
        if tables := tables & CHANNELS:
            self._tables |= tables
            self._some.set()

    async def run(self, service: "Service") -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            tables, self._tables = self._tables, set()
            await service.database.notify(tables)
            await asyncio.sleep(PAUSE)
