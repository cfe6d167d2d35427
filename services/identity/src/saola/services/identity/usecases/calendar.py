"""What one can do with the working calendar."""

from datetime import date
from typing import Any

from sqlalchemy import Row, select

from saola.apis.identity.v1 import calendar_pb2 as pb
from saola.apis.identity.v1 import events_pb2 as events
from saola.directory import lineage
from saola.kit.call import Unit
from saola.kit.pb import stamp
from saola.kit.tables import etag_of
from saola.services.identity.domain import agencies, calendar
from saola.services.identity.domain.calendar import Kind
from saola.services.identity.models.calendar import Day
from saola.services.identity.usecases.agencies import of_the_site


async def set_day(unit: Unit, on: date, kind: Kind, note: str) -> Day:
    """Says what a day is. It stays written down when it is regular again: others have copies."""
    await of_the_site(unit)
    calendar.check(on, kind)
    note = agencies.line(note, "day.note", needed=False)
    await lineage.lock(unit)
    day = await unit.session.scalar(select(Day).where(Day.date == on))
    if day is None:
        day = await unit.add(
            Day(date=on, kind=kind, note=note, created_at=unit.now, changed_at=unit.now)
        )
    elif (day.kind, day.note) == (kind, note):
        return day
    day.kind, day.note, day.changed_at = kind, note, unit.now
    await unit.save(day)
    unit.emit(events.DayChanged(day=day.name, state=told(day)))
    return day


def told(day: Day | Row[Any]) -> pb.Day:
    """A day as others are told of it."""
    return pb.Day(
        name=f"days/{day.date.isoformat()}",
        date=day.date.isoformat(),
        kind=pb.Day.Kind.Value(f"KIND_{day.kind.name}"),
        note=day.note,
        etag=etag_of(day.version),
        update_time=stamp(day.changed_at) if day.changed_at else None,
    )
