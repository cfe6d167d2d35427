"""What one can do with delegations. Keycloak follows by own work: no call waits for it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from saola.directory.copies import today
from saola.kit.call import Unit
from saola.kit.errors import NotFound, PermissionDenied
from saola.kit.names import id_of
from saola.kit.tables import lineage
from saola.services.identity.domain import delegations as domain
from saola.services.identity.domain.agencies import line
from saola.services.identity.domain.delegations import Term
from saola.services.identity.domain.officials import AccountDisabled, Role
from saola.services.identity.models.delegations import Delegation
from saola.services.identity.models.officials import Official
from saola.services.identity.usecases.officials import hold, renew, seen


@dataclass(frozen=True)
class Asked:
    """What somebody wants to pass on."""

    official: str
    deputy: str
    agency: str
    title: str
    roles: tuple[str, ...]
    term: Term
    reason: str


async def create(unit: Unit, asked: Asked) -> Delegation:
    """A position of the caller's own, or of anybody whom an administrator sees."""
    await hold(unit, id_of("officials", asked.deputy))  # of two at once the second sees the first
    official = await unit.get(Official, asked.official)
    deputy = await unit.get(Official, asked.deputy)
    _check_may(unit, official.id)
    if official.id == deputy.id:
        raise domain.OwnDeputy
    if official.disabled or deputy.disabled:
        raise AccountDisabled
    domain.check_term(asked.term, today(unit))
    agency = id_of("agencies", asked.agency)
    domain.check_held(await seen(unit, official.id), agency, asked.title, asked.term.since)
    below = await _below(unit, deputy, agency)
    roles = domain.check_roles(asked.roles, official.roles, deputy.roles, below=below)
    new = Delegation(
        agency=agency,
        title=asked.title,
        official=official.id,
        deputy=deputy.id,
        roles=roles,
        valid_from=asked.term.since,
        valid_to=asked.term.until,
        reason=line(asked.reason, "delegation.reason", 300) if asked.reason else "",
        turns_on=asked.term.turns_on(today(unit)),
        created_at=unit.now,
    )
    await _check_apart(unit, new)
    await renew(unit, deputy)
    return await unit.add(new)


async def end(unit: Unit, name: str, etag: str) -> Delegation:
    """Today, or before it has begun. Twice is as once."""
    delegation = await unit.get(Delegation, name)
    delegation.check_etag(etag)
    if unit.caller.id != str(delegation.deputy):
        _check_may(unit, delegation.official)
    delegation.end(today(unit))
    await unit.save(delegation)
    await _renew(unit, delegation.deputy)
    return delegation


async def turn(unit: Unit) -> None:
    """Those that begin or end today reach Keycloak; the unit sees all."""
    day = today(unit)
    for delegation in await unit.session.scalars(
        select(Delegation).where(Delegation.turns_on <= day).order_by(Delegation.deputy)
    ):
        delegation.turns_on = delegation.term.turns_on(day)
        await unit.save(delegation)
        await _renew(unit, delegation.deputy)


async def _renew(unit: Unit, deputy: UUID) -> None:
    await hold(unit, deputy)
    found = await unit.session.get(Official, deputy)
    if found is None:
        raise NotFound(name=f"officials/{deputy}")
    if not found.disabled:
        await renew(unit, found)


def _check_may(unit: Unit, official: UUID) -> None:
    if unit.caller.id != str(official) and Role.ADMINISTRATOR not in unit.caller.roles:
        raise PermissionDenied


async def _below(unit: Unit, deputy: Official, agency: UUID) -> bool:
    """Whether all that the deputy is lies in that agency or below it."""
    rows = await unit.rows(
        select(lineage.c.agency).where(
            lineage.c.ancestor == agency, lineage.c.agency.in_(deputy.agencies)
        )
    )
    return {row.agency for row in rows} >= {*deputy.agencies}


async def _check_apart(unit: Unit, new: Delegation) -> None:
    same = select(Delegation).where(
        Delegation.agency == new.agency,
        Delegation.official == new.official,
        Delegation.deputy == new.deputy,
        Delegation.title == new.title,
    )
    for other in await unit.session.scalars(same):
        if other.valid_from < other.valid_to and new.term.overlaps(other.term):
            raise domain.OverlappingDelegation(delegation=other.name)
