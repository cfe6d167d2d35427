"""What is asked about loads: who is above an agency."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from saola.kit.call import ReadUnit
from saola.kit.tables import lineage


async def above(unit: ReadUnit, agency: UUID) -> Sequence[UUID]:
    its = select(lineage.c.ancestor).where(lineage.c.agency == agency)
    return [row.ancestor for row in await unit.rows(its.where(lineage.c.ancestor != agency))]
