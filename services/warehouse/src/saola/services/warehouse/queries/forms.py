"""What is asked about forms."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, literal_column, select, text

from saola.kit.call import ReadUnit
from saola.kit.paging import page
from saola.kit.words import fold
from saola.services.warehouse.domain.forms import State
from saola.services.warehouse.models.forms import Form

# By which forms indicators are reported.
MEASURING: Final = text("""
    select distinct f.id as form, f.period_type, f.retired_on,
        cast(substr(item ->> 'indicator', 12) as uuid) as indicator
    from forms f, jsonb_array_elements(f.items) item
    where f.state <> 'draft' and item ->> 'indicator' = any(:names)
""")
REQUIRED: Final = """(
    select count(*) from jsonb_array_elements(forms.items) item
    where (item ->> 'required')::boolean
)"""


async def form(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Form, name)


async def by_code(
    unit: ReadUnit, size: int, token: str, words: str, state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = [
        Form.folded.contains(word, autoescape=True) for word in fold(words).split()
    ]
    if state:
        where.append(Form.state == state)
    return await page(unit, Form, size, token, *where, order=Form.code)


async def in_force(unit: ReadUnit) -> Sequence[Row[Any]]:
    """Those by which something was ever to be reported, with how many items they require."""
    columns = [column for column in Form.__table__.c if column.key != "items"]
    required = literal_column(REQUIRED).label("required")
    return await unit.rows(select(*columns, required).where(Form.state != State.DRAFT))


async def is_published(unit: ReadUnit, id: UUID) -> bool:
    published = select(Form.id).where(Form.id == id, Form.state == State.PUBLISHED)
    return await unit.one(published) is not None


async def measuring(unit: ReadUnit, indicators: Collection[UUID]) -> Sequence[Row[Any]]:
    """By which forms, of which type of period and until when, these are or were reported."""
    names = [f"indicators/{id}" for id in indicators]
    return (await (await unit.connection()).execute(MEASURING, {"names": names})).all()
