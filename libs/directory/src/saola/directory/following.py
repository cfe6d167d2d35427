"""How a service keeps its copy: it follows identity's events, and turns with the day."""

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.agencies_pb2 import ListAgenciesRequest
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.identity.v1.calendar_pb2 import ListDaysRequest
from saola.apis.identity.v1.calendar_pb2_grpc import CalendarServiceStub
from saola.directory import copies
from saola.kit.call import Call, Unit
from saola.kit.consumers import Consumers
from saola.kit.jobs import Jobs
from saola.kit.resync import resync


def follow(on: Consumers) -> None:
    """Adds the copy's handlers to those of a service."""
    on(events.AgencyChanged)(agency_changed)
    on(events.DayChanged)(day_changed)


def keep_time(clock: Jobs) -> None:
    """Adds to a service's clock what puts planned moves into force, and the first copy."""
    clock(at="00:01")(turn_directory)
    clock(once=True)(resync_directory)


async def agency_changed(unit: Unit, event: events.AgencyChanged) -> None:
    await copies.keep_agencies(unit, [event.state])


async def day_changed(unit: Unit, event: events.DayChanged) -> None:
    await copies.keep_days(unit, [event.state])


async def turn_directory(call: Call) -> None:
    async with call.unit(system="put planned moves of agencies into force") as unit:
        await copies.turn(unit)


async def resync_directory(call: Call) -> None:
    """The whole directory from identity: at the first start, and when `saola resync` asks."""
    agencies, calendar = call.peer(AgenciesServiceStub), call.peer(CalendarServiceStub)
    every = ListAgenciesRequest(show_closed=True)
    await resync(call, agencies.ListAgencies, every, copies.keep_agencies)
    await resync(call, calendar.ListDays, ListDaysRequest(show_regular=True), copies.keep_days)
