"""What one can do with obligations: one verb, one transaction."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select, update

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.errors import NotFound
from saola.kit.names import id_of, name_of
from saola.periods.local import local_day
from saola.services.warehouse.domain.forms import check_published
from saola.services.warehouse.domain.obligations import (
    Cause,
    OverlappingObligation,
    Term,
    check_term,
    check_within,
)
from saola.services.warehouse.models.obligations import Obligation, line_of, terms
from saola.services.warehouse.queries import forms, obligations
from saola.services.warehouse.queries.obligations import closings


class Obliged(NamedTuple):
    """What became of obligations for many agencies and forms: made, or there already."""

    made: Sequence[Obligation]
    kept: int


async def oblige(unit: Unit, agency: str, form: str, first: date, end: date | None) -> Obligation:
    """Two by the same form stand in line here, so that neither misses the other."""
    term = check_term(first, end)
    [owner], [by] = await _agencies(unit, [agency], term), await _forms(unit, [form])
    for name, other in await obligations.terms(unit, owner, by):
        _check_apart(term, other, name)
    return await make(unit, Obligation.oblige(owner, by, term, unit.now))


async def oblige_many(
    unit: Unit, agencies: Sequence[str], by: Sequence[str], first: date, end: date | None
) -> Obliged:
    """Each agency by each form, all or nothing. What one owes in that time already stays as it is,
    so that the same may be asked again when agencies or forms have been added."""
    term = check_term(first, end)
    owners, asked = await _agencies(unit, agencies, term), await _forms(unit, by)
    owed = await obligations.owed(unit, owners, asked)
    made, kept = list[Obligation](), 0
    for form, owner in product(asked, owners):
        if any(term.overlaps(other) for other in owed.get((owner, form), ())):
            kept += 1
        else:
            made.append(await make(unit, Obligation.oblige(owner, form, term, unit.now)))
    return Obliged(made, kept)


async def end(unit: Unit, name: str, etag: str, on: date | None) -> Obligation:
    """It holds no more from `on`, or from today; an end may be moved either way."""
    obligation = await unit.get(Obligation, name)
    obligation.check_etag(etag)
    await lock(unit, [obligation.form])
    before = obligation.term
    obligation.end(on or local_day(unit.now))
    if obligation.term == before:
        return obligation
    await _agencies(unit, [name_of("agencies", obligation.agency)], obligation.term)
    for other, term in await obligations.terms(unit, obligation.agency, obligation.form):
        if other != obligation.name:
            _check_apart(obligation.term, term, other)
    await keep(unit, obligation, Cause.ENDED)
    return obligation


async def make(unit: Unit, obligation: Obligation, cause: Cause = Cause.MADE) -> Obligation:
    """Under the lock of its form, and where nothing stands in its way."""
    await unit.add(obligation)
    await keep(unit, obligation, cause)
    return obligation


async def keep(unit: Unit, obligation: Obligation, cause: Cause) -> None:
    """Saves it, notes that its term is now another than was believed before, and tells."""
    await unit.save(obligation)
    await unit.session.execute(
        update(terms)
        .where(
            terms.c.agency == obligation.agency,
            terms.c.obligation == obligation.id,
            terms.c.superseded_at.is_(None),
        )
        .values(superseded_at=unit.now)
    )
    line = line_of(obligation, cause, unit.caller.id, unit.now)
    await unit.session.execute(insert(terms), [line])
    _tell(unit, obligation)


async def lock(unit: Unit, forms: Iterable[UUID]) -> None:
    """Until the end of the unit nobody else changes who owes what by these."""
    for form in sorted(forms):
        key = func.hashtextextended(f"obligations {form}", 0)
        await unit.rows(select(func.pg_advisory_xact_lock(key)))


async def _agencies(unit: Unit, names: Sequence[str], term: Term) -> Sequence[UUID]:
    """Agencies that there are in all of a term."""
    owners = list(dict.fromkeys(id_of("agencies", name) for name in names))
    known = await closings.ends(unit, owners)
    for owner in owners:
        if owner not in known:
            raise NotFound(name=name_of("agencies", owner))
        check_within(term, name_of("agencies", owner), known[owner])
    return owners


async def _forms(unit: Unit, names: Sequence[str]) -> Sequence[UUID]:
    """Forms that are published, locked."""
    found = list[UUID]()
    for name in dict.fromkeys(names):
        form = await forms.form(unit, name)
        check_published(form.state, name)
        found.append(form.id)
    await lock(unit, found)
    return found


def _check_apart(one: Term, other: Term, name: str) -> None:
    if one.overlaps(other):
        raise OverlappingObligation(obligation=name)


def _tell(unit: Unit, obligation: Obligation) -> None:
    event = events.ObligationChanged(
        obligation=obligation.name,
        agency=name_of("agencies", obligation.agency),
        form=name_of("forms", obligation.form),
        valid_from=obligation.valid_from.isoformat(),
        valid_to=obligation.valid_to.isoformat() if obligation.valid_to else "",
    )
    unit.emit(event)
