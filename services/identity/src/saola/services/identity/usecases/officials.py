"""What one can do with officials. Keycloak follows by own work: no call waits for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import flag_modified

from saola.apis.identity.v1 import events_pb2 as events
from saola.directory.copies import today
from saola.kit.call import Call, Unit
from saola.kit.errors import AlreadyExists, PermissionDenied
from saola.kit.names import name_of
from saola.kit.tasks import Tasks
from saola.services.identity import peers
from saola.services.identity.domain import officials as domain
from saola.services.identity.domain.agencies import check_parent
from saola.services.identity.domain.delegations import claim
from saola.services.identity.domain.officials import OF_THE_SITE, Held, Said
from saola.services.identity.models.delegations import Delegation
from saola.services.identity.models.officials import Official, Position, held
from saola.services.identity.queries import delegations
from saola.services.identity.settings import Settings
from saola.services.identity.usecases.agencies import mine, of_the_site

tasks = Tasks()


@dataclass(frozen=True)
class Seen:
    """An official and those of the positions that the caller sees."""

    official: Official
    positions: Sequence[Held]


async def create(unit: Unit, user_name: str, said: Said, password: str) -> Seen:
    said, login = said.checked(), domain.user_name(user_name)
    first = None
    if password:
        domain.check_password(password, login, unit.settings(Settings).least_password)
        first = peers.hashed(password)
    await _check_scope(unit, said.positions, ())
    await _check_roles(unit, (), said.roles)
    official = Official(id=uuid4(), user_name=login, created_at=unit.now, first_password=first)
    official.version, official.known, official.disabled = 1, 0, False
    official.describe(said)
    official.place((), said.positions, today(unit))
    await _write(unit, official.id, said.positions)  # first: they make the official visible
    columns = {one.name: getattr(official, one.name) for one in Official.__table__.columns}
    new = insert(Official).values(columns).on_conflict_do_nothing(index_elements=["user_name"])
    if not (await unit.session.execute(new.returning(Official.id))).scalar():
        raise AlreadyExists(field="official.user_name", value=login)
    return await _tell(unit, Seen(official, said.positions))


async def change(unit: Unit, name: str, etag: str, said: Said) -> Seen:
    said = said.checked()
    official = await unit.get(Official, name)
    official.check_etag(etag)
    if official.disabled:
        raise domain.AccountDisabled
    own = select(Position).where(Position.official == official.id)
    there = {one.id: held(one) for one in await unit.session.scalars(own)}
    before = list(there.values())
    await _check_scope(unit, said.positions, before)
    facts = (said.full_name, said.email, said.phone, list(said.roles))
    if facts != (official.full_name, official.email, official.phone, official.roles):
        _check_whole(official, before)
        await _check_roles(unit, official.roles, said.roles)
    official.describe(said)
    official.place({one.agency for one in before}, said.positions, today(unit))
    await _write(unit, official.id, [one for one in said.positions if one not in before])
    await unit.save(official)
    gone = [id for id, one in there.items() if one not in said.positions]
    await unit.session.execute(delete(Position).where(Position.id.in_(gone)))
    return await _tell(unit, Seen(official, said.positions))


async def disable(unit: Unit, name: str, etag: str) -> Seen:
    official = await unit.get(Official, name)
    official.check_etag(etag)
    positions = await seen(unit, official.id)
    _check_whole(official, positions)
    official.disable()
    await unit.save(official)
    return await _tell(unit, Seen(official, positions))


async def turn(unit: Unit) -> None:
    """Brings to Keycloak the positions that begin or end today; the unit sees all."""
    day = today(unit)
    due = select(Official).where(Official.turns_on <= day, ~Official.disabled)
    for official in await unit.session.scalars(due):
        positions = await seen(unit, official.id)
        official.place(official.agencies, positions, day)
        await unit.save(official)
        await _tell(unit, Seen(official, positions))


@tasks
async def provision(call: Call, payload: Mapping[str, Any]) -> None:
    """Brings the account in Keycloak to what is written here now, whatever it was.

    Killed halfway or done twice, it comes to the same; one that is late finds nothing to do. What
    Keycloak does not take is not tried again until somebody has changed it.
    """
    id = UUID(payload["official"])
    async with call.read(system="bring an account to Keycloak") as unit:
        row = await unit.one(select(Official.__table__).where(Official.id == id))
        held_now = await unit.rows(select(Position.__table__).where(Position.official == id))
        stands_in = await delegations.in_force(unit, id, today(unit))
    if row is None or row.version in (row.known, row.refused):
        return
    account = peers.Account(
        id=row.id,
        user_name=row.user_name,
        full_name=row.full_name,
        email=row.email,
        positions=[
            *domain.claims(list(map(held, held_now)), today(unit)),
            *(claim(one.agency, one.title, one.official) for one in stands_in),
        ],
        roles=sorted({*row.roles, *(role for one in stands_in for role in one.roles)}),
        enabled=not row.disabled,
    )
    taken = await peers.bring(call, account, row.first_password)
    noted = {"known": row.version, "first_password": None} if taken else {"refused": row.version}
    async with call.unit(system="note what Keycloak knows") as write:
        told = update(Official).where(Official.id == id, Official.version == row.version)
        told = told.values(noted).execution_options(synchronize_session=False)
        await write.session.execute(told)


async def renew(unit: Unit, official: Official) -> None:
    """Has Keycloak learn it anew: something beside its row has changed."""
    flag_modified(official, "roles")
    await unit.save(official)
    unit.task(provision, key=official.name, official=official.id)


async def hold(unit: Unit, official: UUID) -> None:
    """Nobody else changes it until the end of the unit: call it before it is read. Own work changes
    officials too, and nobody shall hear of that as of a lost race."""
    await unit.rows(select(Official.id).where(Official.id == official).with_for_update())


@tasks
async def follow(call: Call, payload: Mapping[str, Any]) -> None:
    """Whoever stands in for an official who has changed follows: no deputy holds more."""
    async with call.unit(system="bring deputies to what they stand in for") as unit:
        mine = Delegation.official == UUID(payload["official"])
        named = select(Delegation.deputy).where(mine, Delegation.valid_to > today(unit)).distinct()
        for deputy in (await unit.session.scalars(named.order_by(Delegation.deputy))).all():
            await hold(unit, deputy)
            found = await unit.session.get(Official, deputy)
            if found is not None and not found.disabled:
                await renew(unit, found)


async def seen(unit: Unit, official: UUID) -> list[Held]:
    """The positions that the caller sees."""
    own = select(Position.__table__).where(Position.official == official)
    rows = await unit.rows(own.order_by(Position.valid_from, Position.id))
    return list(map(held, rows))


async def _check_scope(unit: Unit, positions: Sequence[Held], before: Sequence[Held]) -> None:
    for n, one in enumerate(positions):
        if one in before:
            continue
        field = f"official.positions[{n}].agency"
        agency = await mine(unit, name_of("agencies", one.agency), field)
        check_parent(one.since, agency.life, f"official.positions[{n}].valid_from")


async def _check_roles(unit: Unit, before: Sequence[str], after: Sequence[str]) -> None:
    """What sees or changes the whole site is given and taken by the root's administrators."""
    if (set(before) ^ set(after)) & set(OF_THE_SITE):
        await of_the_site(unit)


def _check_whole(official: Official, seen: Sequence[Held]) -> None:
    """Roles hold wherever there is a position: who does not see all positions changes none."""
    if set(official.agencies) - {one.agency for one in seen}:
        raise PermissionDenied


async def _write(unit: Unit, official: UUID, positions: Sequence[Held]) -> None:
    rows = [
        {
            "official": official,
            "agency": one.agency,
            "title": one.title,
            "valid_from": one.since,
            "valid_to": one.until,
            "signs": one.signs,
        }
        for one in positions
    ]
    for row in rows:
        await unit.add(Position(created_at=unit.now, **row))


async def _tell(unit: Unit, seen: Seen) -> Seen:
    official = seen.official
    unit.emit(
        events.OfficialChanged(
            official=official.name,
            agencies=[name_of("agencies", agency) for agency in official.agencies],
            roles=official.roles,
            disabled=official.disabled,
            etag=official.etag,
        )
    )
    unit.task(provision, key=official.name, official=official.id)
    unit.task(follow, key=f"deputies of {official.name}", official=official.id)
    return seen
