"""What one can do with plans: set them, and take them back. What was planned is never lost."""

from collections.abc import Sequence
from typing import NamedTuple

from saola.kit.call import Unit
from saola.kit.errors import DomainError, InvalidField, NotFound, StaleWrite
from saola.kit.names import name_of
from saola.services.warehouse.domain.plans import MOST, Outcome, Plan, check_apart, check_standing
from saola.services.warehouse.queries import indicators
from saola.services.warehouse.queries.obligations import closings
from saola.services.warehouse.usecases.plans.settling import settle


class Kept(NamedTuple):
    """What became of plans: sent = stored + unchanged."""

    stored: int
    unchanged: int


async def plan(unit: Unit, said: Sequence[Plan]) -> Kept:
    """All of them or none. Those that are stale are each named."""
    if not 0 < len(said) <= MOST:
        raise InvalidField(field="plans")
    check_apart(said)
    await _check_known(unit, said)
    outcomes = await settle(unit, said)
    stale = [
        StaleWrite(field=f"plans[{row}]")
        for row, became in enumerate(outcomes)
        if became is Outcome.STALE
    ]
    if stale:
        raise DomainError.of(stale)
    return Kept(outcomes.count(Outcome.STORED), outcomes.count(Outcome.UNCHANGED))


async def _check_known(unit: Unit, said: Sequence[Plan]) -> None:
    measured = {one.indicator for one in said}
    for indicator in measured - await indicators.known(unit, measured):
        raise NotFound(name=name_of("indicators", indicator))
    closed = await closings.ends(unit, {one.agency for one in said})
    for row, one in enumerate(said):
        name = name_of("agencies", one.agency)
        if one.agency not in closed:
            raise NotFound(name=name)
        check_standing(one, closed[one.agency], name, f"plans[{row}].period")
