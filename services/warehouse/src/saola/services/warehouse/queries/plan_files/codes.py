"""What the codes of a file of plans stand for."""

from sqlalchemy import select

from saola.directory import queries as directory
from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.names import id_of
from saola.services.warehouse.domain.plan_files import Known, Standing
from saola.services.warehouse.models.indicators import Indicator


async def known(unit: ReadUnit, indicator: str, source: str) -> Known:
    """Of one indicator, or of all."""
    query = select(Indicator.code, Indicator.id)
    if indicator:
        query = query.where(Indicator.id == id_of("indicators", indicator))
    codes = {row.code: row.id for row in await unit.rows(query)}
    if indicator and not codes:
        raise NotFound(name=indicator)
    owners = await unit.rows(select(agencies))
    ids = [row.id for row in owners]
    mine = {*await directory.within(unit, ids, unit.caller.agencies)}
    found = dict[str, list[Standing]]()
    for row in owners:
        standing = Standing(row.id, row.valid_from, row.valid_to, row.id in mine)
        found.setdefault(row.code, []).append(standing)
    return Known(codes, found, source.strip())
