"""What one can do with exemptions: one verb, one transaction."""

from datetime import date

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.errors import NotFound
from saola.kit.names import id_of, name_of
from saola.services.warehouse.domain.obligations import check_term
from saola.services.warehouse.models.exemptions import Exemption, Stamp
from saola.services.warehouse.queries import forms


async def exempt(
    unit: Unit, agency: str, form: str, days: tuple[date, date], reason: str
) -> Exemption:
    """For all forms, if none is named. Two may overlap: each has its own reason."""
    term = check_term(*days, field="exemption.valid_to")
    owner = id_of("agencies", agency)
    if await directory.agency(unit, owner) is None:
        raise NotFound(name=agency)
    by = (await forms.form(unit, form)).id if form else None
    return await make(
        unit, Exemption.exempt(owner, by, term, reason, Stamp(unit.caller.id, unit.now))
    )


async def make(unit: Unit, exemption: Exemption) -> Exemption:
    """Keeps a new one, and tells."""
    await unit.add(exemption)
    _tell(unit, exemption)
    return exemption


async def revoke(unit: Unit, name: str, etag: str, reason: str) -> Exemption:
    exemption = await unit.get(Exemption, name)
    exemption.check_etag(etag)
    exemption.revoke(reason, Stamp(unit.caller.id, unit.now))
    await unit.save(exemption)
    _tell(unit, exemption)
    return exemption


def _tell(unit: Unit, exemption: Exemption) -> None:
    event = events.ExemptionChanged(
        exemption=exemption.name,
        agency=name_of("agencies", exemption.agency),
        form=name_of("forms", exemption.form) if exemption.form else "",
        valid_from=exemption.valid_from.isoformat(),
        valid_to=exemption.valid_to.isoformat(),
        revoked=exemption.revoked_at is not None,
    )
    unit.emit(event)
