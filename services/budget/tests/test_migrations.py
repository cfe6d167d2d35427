"""The tables of the code are those of the migrations, on a fresh database."""

import asyncio

from saola.kit import migrate
from saola.services.budget.app import app
from saola.testing.plugin import World


async def test_the_migrations_make_the_tables_that_the_code_knows(world: World) -> None:
    await world.prepare(app)
    url = world.site.url(f"{app.name}_owner", app.name)
    assert app.tables is not None
    await asyncio.to_thread(migrate.check, url, app.name, app.package, app.tables)
