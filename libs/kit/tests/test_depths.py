"""What waits is told in numbers, so that somebody comes before people notice."""

from collections.abc import Mapping

from libs.kit.tests import trial
from libs.kit.tests.listener import BAD, Listener, tell
from libs.kit.tests.test_work import Doer, owe
from sqlalchemy import update

from saola.kit.app import Running
from saola.kit.owed import work
from saola.testing.world import World

KIND = {"type": "saola.apis.warehouse.v1.FormChanged"}


async def shows(
    world: World, running: Mapping[str, Running], number: str, value: float, **labels: str
) -> None:
    """Waits until the service has looked, and says so."""
    registry = running["trial"].service.telemetry.registry
    await world.until(lambda: registry.get_sample_value(number, labels) == value)


async def test_events_set_aside_are_counted(world: World) -> None:
    listener = Listener()
    await world.prepare(listener.app)
    async with world.serving(listener.app):
        await tell(world, "forms/1", BAD, "b", "c")
        await world.settle()
    async with world.serving(listener.app) as running:
        await shows(world, running, "saola_parked_events", 3, **KIND)
        await shows(world, running, "saola_consumer_lag", 0)
        await shows(world, running, "saola_outbox_depth", 0)


async def test_own_work_that_nobody_does_is_counted(world: World) -> None:
    doer = Doer()
    await world.prepare(trial.idle)
    async with world.serving(trial.idle):
        await owe(world, doer, "a", 1, 2)
        await owe(world, doer, "b", 1)
        async with world.unit("trial") as unit:
            parked = update(work).where(work.c.key == "b").values(parked_at=world.now)
            await unit.session.execute(parked)
    async with world.serving(trial.idle) as running:
        await shows(world, running, "saola_work_depth", 2, queue="tasks")
        await shows(world, running, "saola_parked_work", 1, queue="tasks")
