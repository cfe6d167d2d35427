"""Exempting many agencies at once, with one reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.errors import DomainError, NotFound
from saola.kit.names import id_of
from saola.services.warehouse.domain.obligations import (
    Term,
    check_exemptible,
    check_reason,
    check_term,
)
from saola.services.warehouse.models.exemptions import Exemption, Stamp
from saola.services.warehouse.queries import forms, obligations
from saola.services.warehouse.queries.exemptions import granted
from saola.services.warehouse.queries.obligations import closings
from saola.services.warehouse.usecases.exemptions import make


class Exempted(NamedTuple):
    """What became of exemptions of many agencies: made, or there already."""

    made: Sequence[Exemption]
    kept: int


async def exempt(
    unit: Unit, agencies: Sequence[str], by: Sequence[str], days: tuple[date, date], reason: str
) -> Exempted:
    """Each agency from each form, or from all; all or nothing. Who is exempt in all of that time
    already stays as it is, so that the same may be asked again when agencies have been added."""
    term, why = check_term(*days, field="valid_to"), check_reason(reason, "reason")
    asked = {(await forms.form(unit, name)).id: name for name in by}
    owners = await _exemptible(unit, agencies, asked, term)
    made, kept = list[Exemption](), 0
    for form in asked or [None]:
        there = await granted.terms(unit, owners, form)
        for owner in owners:
            if not term.without(there.get(owner, ())):
                kept += 1
                continue
            stamp = Stamp(unit.caller.id, unit.now)
            made.append(await make(unit, Exemption.exempt(owner, form, term, why, stamp)))
    return Exempted(made, kept)


async def _exemptible(
    unit: Unit, names: Sequence[str], asked: Mapping[UUID, str], term: Term
) -> Sequence[UUID]:
    """Agencies that may be exempt from these forms; those that may not are all named with why."""
    owners, flaws = {id_of("agencies", name): name for name in names}, list[DomainError]()
    closed = await closings.ends(unit, owners)
    within = await directory.within(unit, owners, unit.caller.agencies)
    owed = await obligations.owed(unit, owners, asked)
    for row, (owner, name) in enumerate(owners.items()):
        field = f"agencies[{row}]"
        its = {form: owed.get((owner, id), ()) for id, form in asked.items()}
        try:
            if owner not in closed:
                raise NotFound(field=field, name=name)
            check_exemptible(name, term, closed[owner], its, field)
            if owner not in within:
                raise NotFound(field=field, name=name)
        except DomainError as flaw:
            flaws.append(flaw)
    if flaws:
        raise DomainError.of(flaws)
    return list(owners)
