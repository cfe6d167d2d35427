"""What the events of other services mean for the warehouse: its copy of the directory, and what is
owed by agencies that are closed."""

from saola.apis.identity.v1 import events_pb2 as events
from saola.directory import areas, following
from saola.kit.call import Unit
from saola.kit.consumers import Consumers
from saola.services.warehouse.usecases.obligations import reorganisations

on = Consumers()
on(events.DayChanged)(following.day_changed)
areas.follow(on)


@on(events.AgencyChanged)
async def agency_changed(unit: Unit, event: events.AgencyChanged) -> None:
    await following.agency_changed(unit, event)
    await reorganisations.take(unit, event.agency)
