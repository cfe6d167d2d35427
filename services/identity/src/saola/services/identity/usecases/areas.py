"""What one can do with areas: they are common to all, so it takes an administrator of the site."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select

from saola.apis.identity.v1 import areas_pb2 as pb
from saola.apis.identity.v1 import events_pb2 as events
from saola.directory import lineage
from saola.kit.call import Unit
from saola.kit.errors import AlreadyExists
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.tables import etag_of
from saola.kit.words import fold, sort_key
from saola.services.identity.domain import agencies, areas
from saola.services.identity.domain.agencies import DatesOutOfOrder
from saola.services.identity.models.areas import Area
from saola.services.identity.usecases.agencies import of_the_site


@dataclass(frozen=True)
class Said:
    """What a caller says of an area."""

    title: str
    since: date
    until: date | None
    latitude: Decimal
    longitude: Decimal
    square_kilometres: Decimal


async def create(unit: Unit, code: str, parent: str, said: Said) -> Area:
    await of_the_site(unit)
    await lineage.lock(unit)
    above: UUID | None = None
    if parent:
        found = await unit.get(Area, parent)
        agencies.check_parent(
            said.since, agencies.Life(found.valid_from, found.valid_to), "area.valid_from"
        )
        above = found.id
    area = Area(code=areas.code(code), parent=above, created_at=unit.now, valid_from=said.since)
    _describe(area, said, unit.now)
    taken = select(Area.id).where(
        Area.code == area.code, or_(Area.valid_to.is_(None), Area.valid_to > area.valid_from)
    )
    if area.valid_to:
        taken = taken.where(Area.valid_from < area.valid_to)
    if await unit.one(taken):
        raise AlreadyExists(field="area.code", value=area.code)
    await unit.add(area)
    return _tell(unit, area)


async def update(unit: Unit, name: str, etag: str, said: Said) -> Area:
    await of_the_site(unit)
    await lineage.lock(unit)
    area = await unit.get(Area, name)
    area.check_etag(etag)
    if area.valid_to != said.until:
        agencies.check_open(agencies.Life(area.valid_from, area.valid_to))
        below = select(Area.id).where(
            Area.parent == area.id, or_(Area.valid_to.is_(None), Area.valid_to > said.until)
        )
        agencies.check_childless([row.id for row in await unit.rows(below)])
    _describe(area, said, unit.now)
    await unit.save(area)
    return _tell(unit, area)


def _describe(area: Area, said: Said, at: datetime) -> None:
    if said.until is not None and said.until <= area.valid_from:
        raise DatesOutOfOrder(field="area.valid_to")
    area.title = agencies.line(said.title, "area.display_name")
    area.valid_to = said.until
    area.latitude = areas.within(said.latitude, Decimal(90), "area.latitude")
    area.longitude = areas.within(said.longitude, Decimal(180), "area.longitude")
    area.square_kilometres = areas.within(
        said.square_kilometres, areas.LARGEST, "area.square_kilometres", Decimal(0)
    )
    area.folded = fold(f"{area.title} {area.code}")
    area.sort_key = sort_key(area.title)
    area.changed_at = at


def _tell(unit: Unit, area: Area) -> Area:
    unit.emit(events.AreaChanged(area=area.name, state=told(area)))
    return area


def told(area: Area | Row[Any]) -> pb.Area:
    """An area as others are told of it."""
    place = [area.latitude, area.longitude, area.square_kilometres]
    latitude, longitude, size = map(float, place)  # unless no-float: the message has doubles
    return pb.Area(
        name=name_of("areas", area.id),
        code=area.code,
        display_name=area.title,
        parent=name_of("areas", area.parent) if area.parent else "",
        latitude=latitude,
        longitude=longitude,
        square_kilometres=size,
        valid_from=area.valid_from.isoformat(),
        valid_to=area.valid_to.isoformat() if area.valid_to else "",
        etag=etag_of(area.version),
        update_time=stamp(area.changed_at) if area.changed_at else None,
    )
