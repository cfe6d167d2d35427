"""Whom the steps of a plan reach: where each rung stands, and who is there."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from saola.directory import copies
from saola.directory import queries as directory
from saola.kit.call import ReadUnit
from saola.kit.paging import page
from saola.services.notices.domain.plans import Official, Rung, Step
from saola.services.notices.models.plans import Plan, officials, steps_of

REPORTS = "reports"
HIGHEST = 12  # levels; Vietnam has three


async def plan(unit: ReadUnit, name: str) -> Row[Any]:
    return await unit.find(Plan, name)


async def by_code(unit: ReadUnit, size: int, token: str) -> tuple[Sequence[Row[Any]], str]:
    return await page(unit, Plan, size, token, order=Plan.code)


async def steps(unit: ReadUnit, code: str = REPORTS) -> Sequence[Step]:
    found = await unit.one(select(Plan.steps).where(Plan.code == code))
    return steps_of(found.steps) if found else ()


async def stands(unit: ReadUnit, owner: UUID, office: str) -> Mapping[Rung, UUID]:
    """The agency at which each rung stands, for what `owner` owes. `office` is a local code."""
    today = copies.today(unit)
    line = await upwards(unit, owner)
    if not line:
        return {}
    below = line[0]
    watching = (await directory.by_codes(unit, [office], today)).get(office) if office else None
    found = {
        Rung.REPORTERS: below.id,
        Rung.HEADS: below.id,
        Rung.OFFICE: watching or line[-1].id,
    }
    return found | ({Rung.PARENT: line[1].id} if line[1:] else {})


async def there(unit: ReadUnit, agencies: Collection[UUID]) -> Sequence[Official]:
    """The officials with a position in one of them."""
    wanted = select(officials).where(
        officials.c.agencies.overlap(list(agencies)), ~officials.c.disabled
    )
    rows = await unit.rows(wanted.order_by(officials.c.id))
    return [Official(row.id, frozenset(row.agencies), frozenset(row.roles)) for row in rows]


async def upwards(unit: ReadUnit, owner: UUID) -> Sequence[Row[Any]]:
    """The agency, or who took over from it, and all above, up to the root."""
    today = copies.today(unit)
    at = await directory.agency(unit, owner)
    for _ in range(HIGHEST):
        if at is None or at.valid_to is None or at.valid_to > today or not at.successor:
            break
        at = await directory.agency(unit, at.successor)
    line = list[Row[Any]]()
    while at is not None and len(line) < HIGHEST:
        line.append(at)
        at = await directory.agency(unit, at.parent) if at.parent else None
    return line
