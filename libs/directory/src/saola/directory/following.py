"""How a service keeps its copy: it follows identity's events, and turns with the day."""

from saola.apis.identity.v1 import events_pb2 as events
from saola.directory import copies
from saola.kit.call import Call, Unit
from saola.kit.consumers import Consumers
from saola.kit.jobs import Jobs


def follow(on: Consumers) -> None:
    """Adds the copy's handlers to those of a service."""
    on(events.AgencyChanged)(agency_changed)
    on(events.DayChanged)(day_changed)


def keep_time(clock: Jobs) -> None:
    """Adds to a service's clock what puts planned moves into force."""
    clock(at="00:01")(turn_directory)


async def agency_changed(unit: Unit, event: events.AgencyChanged) -> None:
    await copies.keep_agencies(unit, [event.state])


async def day_changed(unit: Unit, event: events.DayChanged) -> None:
    await copies.keep_days(unit, [event.state])


async def turn_directory(call: Call) -> None:
    async with call.unit(system="put planned moves of agencies into force") as unit:
        await copies.turn(unit)
