"""A service that begins late, or has lost its copy, takes the directory over from identity."""

from services.identity.tests import make
from sqlalchemy import delete, func, select, update

from saola.directory.tables import agencies
from saola.kit.broker import STREAM
from saola.kit.owed import jobs
from saola.kit.tables import lineage
from saola.services.warehouse.app import app as warehouse
from saola.testing.plugin import World

DONE = "select done_until from jobs where name = 'resync_directory'"


async def copied(world: World) -> tuple[int, int]:
    """The agencies that the warehouse knows, and the pairs of one below another."""
    counts = select(
        select(func.count()).select_from(agencies).scalar_subquery(),
        select(func.count()).select_from(lineage).scalar_subquery(),
    )
    async with world.unit("warehouse") as unit:
        [[known, pairs]] = await unit.rows(counts)
    return known, pairs


async def filled(world: World) -> None:
    """Waits until the first resync is done."""
    while not await world.sql("warehouse", DONE):
        await world.settle()
    await world.settle()


async def test_what_was_founded_before_the_service_began_is_in_its_copy(world: World) -> None:
    await world.run(make.app)
    await make.found(world, ("01", ""), ("01.1", "01"), ("01.1.1", "01.1"))
    await world.settle()
    await world.stream.delete_stream(STREAM)  # the events are over for good
    await world.run(warehouse)
    await filled(world)

    assert await copied(world) == (3, 6)


async def test_a_copy_that_is_lost_is_rebuilt_when_it_is_asked_for(world: World) -> None:
    await world.run(make.app, warehouse)
    await make.found(world, ("01", ""), ("01.1", "01"))
    await filled(world)
    async with world.unit("warehouse") as unit:
        await unit.session.execute(delete(agencies))
        await unit.session.execute(delete(lineage))
        asked = update(jobs).where(jobs.c.name == "resync_directory").values(done_until=None)
        await unit.session.execute(asked)
    await filled(world)

    assert await copied(world) == (2, 3)
