"""What one can do with plans: set them, and take them back. What was planned is never lost."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import insert, select, tuple_, update

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.errors import InvalidField, NotFound
from saola.kit.names import name_of
from saola.services.warehouse.domain.plans import MOST, Key, Plan, changed, check_apart
from saola.services.warehouse.models.plans import plans
from saola.services.warehouse.queries import indicators


class Kept(NamedTuple):
    """What became of plans: sent = stored + unchanged."""

    stored: int
    unchanged: int


async def plan(unit: Unit, said: Sequence[Plan]) -> Kept:
    """All of them or none. Of two who plan the same at once, the second is refused."""
    if not 0 < len(said) <= MOST:
        raise InvalidField(field="plans")
    check_apart(said)
    await _check_known(unit, said)
    new = changed(said, await _before(unit, said))
    if new:
        await _keep(unit, new)
    for indicator in sorted({one.indicator for one in new}):
        event = events.PlansSet(indicator=name_of("indicators", indicator), actor=unit.caller.id)
        unit.emit(event)
    return Kept(len(new), len(said) - len(new))


async def _check_known(unit: Unit, said: Sequence[Plan]) -> None:
    measured = {one.indicator for one in said}
    for indicator in measured - await indicators.known(unit, measured):
        raise NotFound(name=name_of("indicators", indicator))
    owners = {one.agency for one in said}
    for agency in owners - (await directory.titles(unit, owners)).keys():
        raise NotFound(name=name_of("agencies", agency))


async def _before(unit: Unit, said: Sequence[Plan]) -> Mapping[Key, tuple[Decimal | None, str]]:
    key = (plans.c.indicator, plans.c.agency, plans.c.period)
    rows = await unit.rows(
        select(plans)
        .where(tuple_(*key).in_([one.key for one in said]), plans.c.superseded_at.is_(None))
        .with_for_update()
    )
    return {(row.indicator, row.agency, row.period): (row.value, row.source) for row in rows}


async def _keep(unit: Unit, new: Sequence[Plan]) -> None:
    connection = await unit.connection()
    key = (plans.c.indicator, plans.c.agency, plans.c.period)
    await connection.execute(
        update(plans)
        .where(tuple_(*key).in_([one.key for one in new]), plans.c.superseded_at.is_(None))
        .values(superseded_at=unit.now)
    )
    rows = [
        {
            "id": uuid4(),
            "agency": one.agency,
            "indicator": one.indicator,
            "period": str(one.period),
            "begins": one.period.begin,
            "value": one.value,
            "source": one.source,
            "recorded_at": unit.now,
            "recorder": unit.caller.id,
        }
        for one in new
    ]
    await connection.execute(insert(plans), rows)
