"""The tables of the code are those of the migrations."""

import asyncio

from saola.kit import migrate
from saola.services.warehouse.app import app
from saola.testing.plugin import World


async def test_the_migrations_make_the_tables_that_the_code_knows(world: World) -> None:
    await world.run(app)
    url = world.site.url("warehouse_owner", "warehouse")
    assert app.tables is not None
    await asyncio.to_thread(migrate.check, url, app.name, app.package, app.tables)


async def test_the_database_itself_keeps_obligations_apart(world: World) -> None:
    await world.run(app)
    apart = "select count(*) from pg_constraint where conname = 'ex_obligations_term'"
    assert await world.sql("warehouse", apart) == 1
