"""What one can do with indicators: one verb, one transaction."""

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.names import id_of
from saola.services.warehouse.domain.indicators import Definition, check_part
from saola.services.warehouse.models.indicators import Indicator
from saola.services.warehouse.queries import indicators as queries


async def define(unit: Unit, code: str, definition: Definition) -> Indicator:
    await _check_parts(unit, definition)
    indicator = await unit.add(Indicator.define(code, definition, unit.now))
    _tell(unit, indicator)
    return indicator


async def redefine(unit: Unit, name: str, etag: str, definition: Definition) -> Indicator:
    indicator = await unit.get(Indicator, name)
    indicator.check_etag(etag)
    await _check_parts(unit, definition)
    await _check_wholes(unit, indicator, definition)
    indicator.redefine(definition)
    await unit.save(indicator)
    _tell(unit, indicator)
    return indicator


async def _check_parts(unit: Unit, definition: Definition) -> None:
    """What a rate is made of is there, and makes figures."""
    if parts := definition.parts:
        named = {"numerator": parts.numerator, "denominator": parts.denominator}
        ids = {field: id_of("indicators", name) for field, name in named.items() if name}
        known = await queries.aggregations(unit, ids.values())
        for field, id in ids.items():
            check_part(known.get(id), field)


async def _check_wholes(unit: Unit, indicator: Indicator, definition: Definition) -> None:
    """What a rate is made of does not become a rate itself."""
    if await queries.is_part(unit, indicator.id):
        check_part(definition.aggregation, "aggregation")


def _tell(unit: Unit, indicator: Indicator) -> None:
    unit.emit(events.IndicatorChanged(indicator=indicator.name, code=indicator.code))
