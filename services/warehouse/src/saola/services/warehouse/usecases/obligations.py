"""What one can do with obligations: one verb, one transaction."""

from datetime import date

from sqlalchemy import func, select

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.errors import NotFound
from saola.kit.names import id_of, name_of
from saola.periods.local import local_day
from saola.services.warehouse.domain.forms import check_published
from saola.services.warehouse.domain.obligations import OverlappingObligation, Term
from saola.services.warehouse.models.obligations import Obligation
from saola.services.warehouse.queries import forms, obligations


async def oblige(unit: Unit, agency: str, form: str, first: date, end: date | None) -> Obligation:
    """Two of the same agency and form stand in line here, so that neither misses the other."""
    owner, by = id_of("agencies", agency), await forms.form(unit, form)
    check_published(by.state, form)
    if await directory.agency(unit, owner) is None:
        raise NotFound(name=agency)
    await unit.rows(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{agency} {form}", 0)))
    )
    obligation = Obligation.oblige(owner, by.id, first, end, unit.now)
    for name, term in await obligations.terms(unit, owner, by.id):
        _check_apart(obligation.term, term, name)
    await unit.add(obligation)
    _tell(unit, obligation)
    return obligation


async def end(unit: Unit, name: str, etag: str, on: date | None) -> Obligation:
    """It holds no more from `on`, or from today; an end may be moved either way."""
    obligation = await unit.get(Obligation, name)
    obligation.check_etag(etag)
    agency, form = name_of("agencies", obligation.agency), name_of("forms", obligation.form)
    await unit.rows(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{agency} {form}", 0)))
    )
    obligation.end(on or local_day(unit.now))
    for other, term in await obligations.terms(unit, obligation.agency, obligation.form):
        if other != obligation.name:
            _check_apart(obligation.term, term, other)
    await unit.save(obligation)
    _tell(unit, obligation)
    return obligation


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
