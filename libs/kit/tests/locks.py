"""A table that nobody gets at, so that a call stays in hand for as long as a test wants."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from saola.testing.plugin import Site


@asynccontextmanager
async def locked(site: Site, database: str, table: str) -> AsyncIterator[None]:
    """Whoever asks for the table waits meanwhile."""
    connection = await asyncpg.connect(site.postgres + database)
    try:
        async with connection.transaction():
            await connection.execute(f"lock table {table} in access exclusive mode")
            yield
    finally:
        await connection.close()


async def waiting(site: Site, database: str) -> None:
    """Returns once somebody waits for a lock."""
    asked = "select count(*) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'"
    connection = await asyncpg.connect(site.postgres + "postgres")
    async with asyncio.timeout(20):
        while not await connection.fetchval(asked, database):
            await asyncio.sleep(0.01)
    await connection.close()
