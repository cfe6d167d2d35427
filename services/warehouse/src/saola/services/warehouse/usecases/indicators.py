"""What one can do with indicators: one verb, one transaction."""

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.services.warehouse.domain.indicators import Definition
from saola.services.warehouse.models.indicators import Indicator


async def define(unit: Unit, code: str, definition: Definition) -> Indicator:
    indicator = await unit.add(Indicator.define(code, definition, unit.now))
    _tell(unit, indicator)
    return indicator


async def redefine(unit: Unit, name: str, etag: str, definition: Definition) -> Indicator:
    indicator = await unit.get(Indicator, name)
    indicator.check_etag(etag)
    indicator.redefine(definition)
    await unit.save(indicator)
    _tell(unit, indicator)
    return indicator


def _tell(unit: Unit, indicator: Indicator) -> None:
    unit.emit(events.IndicatorChanged(indicator=indicator.name, code=indicator.code))
