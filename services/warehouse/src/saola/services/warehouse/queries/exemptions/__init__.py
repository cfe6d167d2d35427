"""What is asked about exemptions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select

from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import Counted, count, page
from saola.kit.words import fold
from saola.services.warehouse.models.exemptions import Exemption
from saola.services.warehouse.models.forms import Form


class Asked(NamedTuple):
    """Of an agency and from a form, empty for any; those taken back too, or not."""

    agency: str = ""
    form: str = ""
    revoked: bool = False
    # As it was known then; now, if none.
    as_of: datetime | None = None
    # Those from every form too, where one is asked for; and only with these words.
    general: bool = False
    words: str = ""


async def exemption(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Exemption, name)


async def newest(unit: ReadUnit, size: int, token: str, asked: Asked) -> Counted:
    where = _asked(asked)
    total = await count(unit, Exemption, *where)
    return Counted(*await page(unit, Exemption, size, token, *where), total)


def _asked(asked: Asked) -> Sequence[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if asked.agency:
        where.append(Exemption.agency == id_of("agencies", asked.agency))
    if asked.form:
        its: ColumnElement[bool] = Exemption.form == id_of("forms", asked.form)
        where.append(or_(its, Exemption.form.is_(None)) if asked.general else its)
    for word in fold(asked.words).split():
        whose = select(agencies.c.id).where(agencies.c.folded.contains(word, autoescape=True))
        which = select(Form.id).where(Form.folded.contains(word, autoescape=True))
        where.append(or_(Exemption.agency.in_(whose), Exemption.form.in_(which)))
    if asked.as_of:
        where.append(Exemption.created_at <= asked.as_of)
    if not asked.revoked:
        stands: ColumnElement[bool] = Exemption.revoked_at.is_(None)
        where.append(or_(stands, Exemption.revoked_at > asked.as_of) if asked.as_of else stands)
    return where


async def called(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, Row[Any]]:
    """What the agencies and the forms of these are called."""
    rows = await unit.rows(
        select(Exemption.id, agencies.c.title, Form.code, Form.title_vi, Form.title_en)
        .outerjoin(agencies, agencies.c.id == Exemption.agency)
        .outerjoin(Form, Form.id == Exemption.form)
        .where(Exemption.id.in_(ids))
    )
    return {row.id: row for row in rows}
