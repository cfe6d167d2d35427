"""When agencies are exempt already."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from saola.kit.call import ReadUnit
from saola.services.warehouse.domain.obligations import Term
from saola.services.warehouse.models.exemptions import Exemption


async def terms(
    unit: ReadUnit, agencies: Collection[UUID], form: UUID | None
) -> Mapping[UUID, Sequence[Term]]:
    """When these agencies are exempt from a form, or from every form."""
    rows = await unit.rows(
        select(Exemption.agency, Exemption.valid_from, Exemption.valid_to).where(
            Exemption.agency.in_(agencies),
            or_(Exemption.form.is_(None), Exemption.form == form),
            Exemption.revoked_at.is_(None),
        )
    )
    found = dict[UUID, list[Term]]()
    for row in rows:
        found.setdefault(row.agency, []).append(Term(row.valid_from, row.valid_to))
    return found
