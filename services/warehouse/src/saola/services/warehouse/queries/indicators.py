"""What is asked about indicators."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select

from saola.directory.areas import areas
from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.warehouse.domain.forms import State
from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.formats.indicators import Code, Dictionary
from saola.services.warehouse.models.forms import Form
from saola.services.warehouse.models.indicators import Indicator


async def indicator(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Indicator, name)


async def by_code(
    unit: ReadUnit, size: int, token: str, words: str, field: str
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [
        Indicator.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if field:
        where.append(Indicator.field == field)
    return await page(unit, Indicator, size, token, *where, order=Indicator.code)


async def known(unit: ReadUnit, ids: Collection[UUID]) -> set[UUID]:
    """Which of these there are."""
    rows = await unit.rows(select(Indicator.id).where(Indicator.id.in_(ids)))
    return {row.id for row in rows}


async def has_field(unit: ReadUnit, field: str) -> bool:
    """Whether any indicator is of it."""
    return bool(await unit.rows(select(Indicator.id).where(Indicator.field == field).limit(1)))


async def dictionary(unit: ReadUnit) -> Dictionary:
    """All that observations speak of. The dictionary and the directory are common to all."""
    measures = await unit.rows(
        select(Indicator.code, Indicator.title_vi, Indicator.title_en, Indicator.field).order_by(
            Indicator.code
        )
    )
    forms = await unit.rows(
        select(Form.code, Form.title_vi, Form.title_en)
        .where(Form.state != State.DRAFT)
        .order_by(Form.code)
    )
    newest_first = (agencies.c.code, agencies.c.valid_from.desc())
    reporters = await unit.rows(select(agencies.c.code, agencies.c.title).order_by(*newest_first))
    by_code = (areas.c.code, areas.c.valid_from.desc())
    places = await unit.rows(select(areas.c.code, areas.c.title).order_by(*by_code))
    return Dictionary(
        fields=sorted({row.field for row in measures}),
        reporters=[Code(row.code, row.title) for row in reporters],
        indicators=[Code(row.code, row.title_vi, row.title_en) for row in measures],
        forms=[Code(row.code, row.title_vi, row.title_en) for row in forms],
        areas=[Code(row.code, row.title) for row in places],
    )


async def aggregations(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[UUID, Aggregation]:
    """How these add up; those that there are not are left out."""
    wanted = select(Indicator.id, Indicator.aggregation).where(Indicator.id.in_(ids))
    return {row.id: row.aggregation for row in await unit.rows(wanted)}


async def is_part(unit: ReadUnit, id: UUID) -> bool:
    """Whether a rate is made of it."""
    whole = select(Indicator.id).where(or_(Indicator.numerator == id, Indicator.denominator == id))
    return await unit.one(whole.limit(1)) is not None


async def measured(
    unit: ReadUnit, size: int, token: str, field: str, names: Collection[str]
) -> tuple[Sequence[Row[Any]], str]:
    """A page of the indicators of which figures are asked, by code."""
    where: list[ColumnElement[bool]] = []
    if field:
        where.append(Indicator.field == field)
    if names:
        where.append(Indicator.id.in_([id_of("indicators", name) for name in names]))
    return await page(unit, Indicator, size, token, *where, order=Indicator.code)
