"""What one can do with records: one verb, one transaction."""

from uuid import UUID

from saola.apis.sample.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.names import name_of
from saola.services.sample.models import Record


async def create(unit: Unit, agency: UUID, title: str) -> Record:
    record = await unit.add(Record.create(agency, title, unit.now))
    unit.emit(events.RecordCreated(record=record.name, agency=name_of("agencies", agency)))
    return record
