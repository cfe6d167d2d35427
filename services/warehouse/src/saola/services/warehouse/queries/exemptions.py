"""What is asked about exemptions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, or_

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.warehouse.models.exemptions import Exemption


class Asked(NamedTuple):
    """Of an agency and from a form, empty for any; those taken back too, or not."""

    agency: str = ""
    form: str = ""
    revoked: bool = False
    # As it was known then; now, if none.
    as_of: datetime | None = None


async def exemption(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Exemption, name)


async def newest(
    unit: ReadUnit, size: int, token: str, asked: Asked
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if asked.agency:
        where.append(Exemption.agency == id_of("agencies", asked.agency))
    if asked.form:
        where.append(Exemption.form == id_of("forms", asked.form))
    if asked.as_of:
        where.append(Exemption.created_at <= asked.as_of)
    if not asked.revoked:
        stands: ColumnElement[bool] = Exemption.revoked_at.is_(None)
        where.append(or_(stands, Exemption.revoked_at > asked.as_of) if asked.as_of else stands)
    return await page(unit, Exemption, size, token, *where)
