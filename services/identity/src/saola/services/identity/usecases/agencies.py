"""What one can do with agencies. Whoever changes the tree holds its lock until the unit ends."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, or_, select

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.apis.identity.v1 import events_pb2 as events
from saola.directory import lineage
from saola.directory.copies import today
from saola.directory.tree import Parent
from saola.kit.call import Unit
from saola.kit.errors import AlreadyExists, InvalidField, NotFound, PermissionDenied
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.tables import etag_of
from saola.services.identity.domain import agencies as domain
from saola.services.identity.domain.agencies import LOCAL_SCHEME, Said, SecondRoot
from saola.services.identity.domain.imports import Known, Outcome, Verdict
from saola.services.identity.models.agencies import Agency, below, claims, codes, periods
from saola.services.identity.models.areas import Area

BATCH = 500


async def create(unit: Unit, said: Said, parent: str) -> Agency:
    await lineage.lock(unit)
    parents, id = [], None
    if parent:
        above = await mine(unit, parent)
        domain.check_parent(said.since, above.life, "agency.valid_from")
        parents = [Parent(above.id, said.since)]
    else:
        id = await root(unit)
    await _check_area(unit, said)
    agency = Agency.found(said, parents, unit.now, today(unit), id)
    await _claim(unit, agency)
    await unit.add(agency)
    return await _tell(unit, agency)


async def update(unit: Unit, name: str, etag: str, said: Said) -> Agency:
    await lineage.lock(unit)
    agency = await mine(unit, name)
    agency.check_etag(etag)
    await _check_area(unit, said)
    agency.describe(said)
    await _claim(unit, agency)
    return await _keep(unit, agency)


async def move(unit: Unit, name: str, etag: str, parent: str, since: date) -> Agency:
    await lineage.lock(unit)
    agency = await mine(unit, name)
    agency.check_etag(etag)
    above = await mine(unit, parent, "parent")
    domain.check_parent(since, above.life, "valid_from")
    agency.move(above.id, since, today(unit))
    around = await _reach(unit, [above.id])
    domain.check_circle(agency.id, {**around, agency.id: agency.periods})
    return await _keep(unit, agency)


async def close(unit: Unit, name: str, etag: str, end: date, successor: str) -> Agency:
    await lineage.lock(unit)
    agency = await mine(unit, name)
    agency.check_etag(etag)
    heir = await mine(unit, successor, "successor") if successor else None
    if heir is agency:
        raise InvalidField(field="successor")
    if heir:
        domain.check_parent(end, heir.life, "valid_to")
    domain.check_open(agency.life)
    domain.check_childless(await _children(unit, agency, end))
    agency.close(end, heir.id if heir else None, today(unit))
    await _claim(unit, agency)
    return await _keep(unit, agency)


async def turn(unit: Unit) -> None:
    """Puts into force what was planned for today or before, and tells of it."""
    await lineage.lock(unit)
    day = today(unit)
    due = list(await unit.session.scalars(select(Agency).where(Agency.turns_on <= day)))
    for agency in due:
        agency.stand(agency.periods, day)
        agency.changed_at = unit.now
        await unit.save(agency)
        tell(unit, agency)
    await lineage.renew(unit, "agencies", [agency.id for agency in due], day)


async def take_over(unit: Unit, verdicts: Sequence[Verdict]) -> None:
    """Keeps what a directory file says, as it was judged under the lock of this unit.

    In batches, so that others on this event loop get their turns.
    """
    day = today(unit)
    new, changed = _by_id(verdicts, Outcome.CREATED), _by_id(verdicts, Outcome.CHANGED)
    for some in _batches(list(new.values())):
        found = [Agency.found(_said(one), one.parents, unit.now, day, one.id) for one in some]
        unit.session.add_all(found)
        await unit.session.flush()
        await unit.session.execute(insert(codes), [row for one in found for row in claims(one)])
        for agency in found:
            tell(unit, agency)
    for some in _batches(list(changed.values())):
        wanted = select(Agency).where(Agency.id.in_([one.id for one in some]))
        there = list(await unit.session.scalars(wanted))
        for agency in there:
            one = changed[agency.id]
            agency.describe(replace(_said(one), codes=agency.others))
            if tuple(agency.periods) != one.parents:
                agency.stand(one.parents, day)
            agency.changed_at = unit.now
        await unit.session.flush()
        for agency in there:
            tell(unit, agency)
    await lineage.renew(unit, "agencies", [*new, *changed], day)


def _batches(known: Sequence[Known]) -> Iterator[Sequence[Known]]:
    return (known[start : start + BATCH] for start in range(0, len(known), BATCH))


def _by_id(verdicts: Sequence[Verdict], outcome: Outcome) -> Mapping[UUID, Known]:
    return {one.agency.id: one.agency for one in verdicts if one.agency and one.outcome is outcome}


def _said(one: Known) -> Said:
    return Said(
        title=one.title,
        kind=one.kind,
        since=one.life.since,
        code=one.code,
        short=one.short,
        area=one.area,
    )


async def mine(unit: Unit, name: str, field: str = "") -> Agency:
    """The agency of that name, if it is below the caller's; or as if there were none."""
    agency = await unit.get(Agency, name)
    if not await unit.one(below(agency.id, unit.caller.agencies)):
        raise NotFound(name=name, **({"field": field} if field else {}))
    return agency


async def root(unit: Unit) -> UUID:
    """The id for a root: that of the first administrator's position, so that it is theirs."""
    if await unit.one(select(Agency.id).limit(1)):
        raise SecondRoot(field="agency.parent")
    if not unit.caller.agencies:
        raise PermissionDenied
    return unit.caller.agencies[0]


async def of_the_site(unit: Unit) -> None:
    """What is common to all is changed by the administrators of the root; before it, by the first.

    An administrator of one commune does not set a holiday for the province.
    """
    roots = await unit.rows(select(Agency.id).where(Agency.parent.is_(None)))
    if roots and not {row.id for row in roots} & set(unit.caller.agencies):
        raise PermissionDenied


def tell(unit: Unit, agency: Agency) -> None:
    unit.emit(events.AgencyChanged(agency=agency.name, state=told(agency)))


async def _keep(unit: Unit, agency: Agency) -> Agency:
    agency.changed_at = unit.now
    return await _tell(unit, await unit.save(agency))


async def _tell(unit: Unit, agency: Agency) -> Agency:
    await lineage.renew(unit, "agencies", [agency.id], today(unit))
    tell(unit, agency)
    return agency


async def _check_area(unit: Unit, said: Said) -> None:
    if said.area and not await unit.one(select(Area.id).where(Area.id == said.area)):
        raise NotFound(name=name_of("areas", said.area))


async def _claim(unit: Unit, agency: Agency) -> None:
    """Takes the agency's codes for their time, or says which one another agency has."""
    rows = claims(agency)
    for row in rows:
        others = select(codes.c.code).where(
            codes.c.agency_id != agency.id,
            codes.c.scheme == row["scheme"],
            codes.c.code == row["code"],
            or_(codes.c.valid_to.is_(None), codes.c.valid_to > row["valid_from"]),
        )
        if row["valid_to"]:
            others = others.where(codes.c.valid_from < row["valid_to"])
        if await unit.one(others.limit(1)):
            field = "agency.code" if row["scheme"] == LOCAL_SCHEME else "agency.codes"
            raise AlreadyExists(field=field, value=row["code"])
    await unit.session.execute(delete(codes).where(codes.c.agency_id == agency.id))
    await unit.session.execute(insert(codes), rows)


async def _reach(unit: Unit, start: Collection[UUID]) -> Mapping[UUID, list[Parent]]:
    """All whom `start` could reach upwards on any day, with their parents."""
    found: dict[UUID, list[Parent]] = {}
    wanted = set(start)
    while wanted:
        rows = await unit.rows(select(Agency.id, Agency.parents).where(Agency.id.in_(wanted)))
        found |= {row.id: periods(row.parents) for row in rows}
        wanted = {one.agency for id in wanted for one in found.get(id, ())} - found.keys()
    return found


async def _children(unit: Unit, agency: Agency, end: date) -> list[UUID]:
    """Who would still be below the agency on the day on which it is no more, or later."""
    once = select(Agency).where(Agency.parents.contains([[str(agency.id)]]))
    return [
        child.id
        for child in await unit.session.scalars(once)
        if any(
            one.agency == agency.id and (one.until is None or one.until > end)
            for one in child.periods
        )
    ]


def told(agency: Agency | Row[Any]) -> pb.Agency:
    """An agency as others are told of it."""
    ends = agency.valid_to.isoformat() if agency.valid_to else ""
    local = [LOCAL_SCHEME, agency.code, agency.valid_from.isoformat(), ends]
    return pb.Agency(
        name=name_of("agencies", agency.id),
        code=agency.code,
        display_name=agency.title,
        short_name=agency.short,
        kind=pb.Agency.Kind.Value(f"KIND_{agency.kind.name}"),
        parent=name_of("agencies", agency.parent) if agency.parent else "",
        area=name_of("areas", agency.area) if agency.area else "",
        codes=[
            pb.Agency.Code(scheme=scheme, code=code, valid_from=since, valid_to=until or "")
            for scheme, code, since, until in (local, *agency.codes)
        ],
        parents=[
            pb.Agency.Parent(agency=f"agencies/{id}", valid_from=since, valid_to=until or "")
            for id, since, until in agency.parents
        ],
        valid_from=agency.valid_from.isoformat(),
        valid_to=ends,
        successor=name_of("agencies", agency.successor) if agency.successor else "",
        create_time=stamp(agency.created_at),
        etag=etag_of(agency.version),
        update_time=stamp(agency.changed_at) if agency.changed_at else None,
    )
