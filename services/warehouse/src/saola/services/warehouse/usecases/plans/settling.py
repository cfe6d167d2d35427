"""What becomes of plans where others may have planned meanwhile."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import ReadUnit, Unit
from saola.kit.names import name_of
from saola.services.warehouse.domain.plans import Held, Key, Outcome, Plan, outcome
from saola.services.warehouse.models.plans import plans
from saola.services.warehouse.queries import plans as queries


async def settle(unit: Unit, said: Sequence[Plan]) -> Sequence[Outcome]:
    """What becomes of each of them; what is new is kept."""
    await _lock(unit, {one.indicator for one in said})
    held = await queries.held(unit, [one.key for one in said])
    outcomes = [outcome(one, held.get(one.key)) for one in said]
    new = [one for one, became in zip(said, outcomes, strict=True) if became is Outcome.STORED]
    if new:
        await _keep(unit, new, held)
    for indicator in sorted({one.indicator for one in new}):
        event = events.PlansSet(indicator=name_of("indicators", indicator), actor=unit.caller.id)
        unit.emit(event)
    return outcomes


async def foresee(unit: ReadUnit, said: Sequence[Plan]) -> Sequence[Outcome]:
    """The same, as things stand; nothing is kept."""
    held = await queries.held(unit, [one.key for one in said])
    return [outcome(one, held.get(one.key)) for one in said]


async def _lock(unit: Unit, indicators: Iterable[UUID]) -> None:
    """Of two who plan the same at once, the second sees what the first has planned."""
    for indicator in sorted(indicators):
        key = func.hashtextextended(f"plans {indicator}", 0)
        await unit.rows(select(func.pg_advisory_xact_lock(key)))


async def _keep(unit: Unit, new: Sequence[Plan], held: Mapping[Key, Held]) -> None:
    connection = await unit.connection()
    former = [held[one.key].id for one in new if one.key in held]
    gone = update(plans).where(plans.c.id.in_(former)).values(superseded_at=unit.now)
    await connection.execute(gone)
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
