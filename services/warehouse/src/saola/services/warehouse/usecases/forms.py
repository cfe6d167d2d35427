"""What one can do with forms: one verb, one transaction."""

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.errors import NotFound
from saola.kit.names import id_of
from saola.periods.local import local_day
from saola.services.warehouse.domain.forms import Draft
from saola.services.warehouse.models.forms import Form
from saola.services.warehouse.queries import indicators


async def draft(unit: Unit, code: str, draft: Draft) -> Form:
    await _check_indicators(unit, draft)
    return await unit.add(Form.draft(code, draft, unit.now))


async def redraft(unit: Unit, name: str, etag: str, draft: Draft) -> Form:
    form = await unit.get(Form, name)
    form.check_etag(etag)
    await _check_indicators(unit, draft)
    form.redraft(draft)
    return await unit.save(form)


async def publish(unit: Unit, name: str, etag: str) -> Form:
    form = await unit.get(Form, name)
    form.check_etag(etag)
    form.publish()
    await unit.save(form)
    unit.emit(events.FormChanged(form=form.name, code=form.code, state=form.state))
    return form


async def retire(unit: Unit, name: str, etag: str) -> Form:
    """What its obligations still ask for ends with today."""
    form = await unit.get(Form, name)
    form.check_etag(etag)
    form.retire(local_day(unit.now))
    await unit.save(form)
    unit.emit(events.FormChanged(form=form.name, code=form.code, state=form.state))
    return form


async def _check_indicators(unit: Unit, draft: Draft) -> None:
    named = {item.indicator for item in draft.items if item.indicator}
    asked = {id_of("indicators", name): name for name in named}
    missing = asked.keys() - await indicators.known(unit, asked) if asked else ()
    for id in missing:
        raise NotFound(name=asked[id])
