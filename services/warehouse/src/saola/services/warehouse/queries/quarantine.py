"""What is asked about imports, and about the rows of them that were refused."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import page
from saola.services.warehouse.domain.quarantine import State
from saola.services.warehouse.models.quarantine import Import, QuarantinedRow


async def imports(
    unit: ReadUnit, size: int, token: str, asked: Mapping[str, str], *, waiting: bool
) -> tuple[Sequence[Row[Any]], str]:
    """`asked` may hold an agency and a form by name."""
    where: list[ColumnElement[bool]] = []
    if agency := asked.get("agency"):
        where.append(Import.agency == id_of("agencies", agency))
    if form := asked.get("form"):
        where.append(Import.form == id_of("forms", form))
    if waiting:
        where.append(
            exists().where(
                QuarantinedRow.agency == Import.agency,
                QuarantinedRow.import_id == Import.id,
                QuarantinedRow.state == State.WAITING,
            )
        )
    return await page(unit, Import, size, token, *where)


async def states(unit: ReadUnit, ids: Collection[UUID]) -> Mapping[tuple[UUID, State], int]:
    """How many rows of each import are in each state."""
    of = QuarantinedRow
    rows = await unit.rows(
        select(of.import_id, of.state, func.count().label("rows"))
        .where(of.import_id.in_(ids))
        .group_by(of.import_id, of.state)
    )
    return {(row.import_id, row.state): row.rows for row in rows}


async def rows(
    unit: ReadUnit, size: int, token: str, asked: Mapping[str, str], state: State | None
) -> tuple[Sequence[Row[Any]], str]:
    """`asked` may hold an import and an agency by name."""
    where: list[ColumnElement[bool]] = []
    if of := asked.get("import"):
        where.append(QuarantinedRow.import_id == id_of("imports", of))
    if agency := asked.get("agency"):
        where.append(QuarantinedRow.agency == id_of("agencies", agency))
    if state:
        where.append(QuarantinedRow.state == state)
    order = QuarantinedRow.line if asked.get("import") else None
    return await page(unit, QuarantinedRow, size, token, *where, order=order)
