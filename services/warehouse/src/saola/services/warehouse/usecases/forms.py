"""What one can do with forms: one verb, one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm.attributes import flag_modified

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.errors import InvalidField, NotFound
from saola.kit.names import id_of
from saola.periods.local import local_day
from saola.periods.periods import Period
from saola.services.warehouse.domain.editions import Edition, begins, check, check_in_force
from saola.services.warehouse.models.editions import editions
from saola.services.warehouse.models.forms import Form, edition_of, edition_to_row
from saola.services.warehouse.queries import forms as queries
from saola.services.warehouse.queries import indicators


async def draft(unit: Unit, code: str, draft: Edition) -> Form:
    await _check_indicators(unit, draft)
    return await unit.add(Form.draft(code, draft, unit.now))


async def redraft(unit: Unit, name: str, etag: str, draft: Edition) -> Form:
    """Writes anew what is drafted: the form itself, or the edition that is to follow it."""
    form = await unit.get(Form, name)
    form.check_etag(etag)
    await _check_indicators(unit, draft)
    if not form.draft_edition:
        form.redraft(draft)
        return await unit.save(form)
    if draft.period_type is not form.period_type:  # what was reported would be of no period of it
        raise InvalidField(field="form.period_type")
    check(draft)
    await _write(unit, form, draft, {"edition": form.draft_edition})
    flag_modified(form, "draft_edition")  # so that of two at once the second finds another etag
    return await unit.save(form)


async def revise(unit: Unit, name: str, etag: str) -> Form:
    """Begins the next edition as a copy of the latest. Twice is as once."""
    form = await unit.get(Form, name)
    form.check_etag(etag)
    if not form.draft_edition:
        drafted = replace(edition_of(form), in_force_from="")
        await _write(unit, form, drafted, {"edition": form.revise()})
        await unit.save(form)
    return form


async def publish(unit: Unit, name: str, etag: str) -> Form:
    form = await unit.get(Form, name)
    form.check_etag(etag)
    if form.draft_edition:
        drafted = await queries.edition(unit, name, form.draft_edition)
        form.succeed(edition_of(drafted))
    else:
        form.publish()
    said, former = edition_of(form), await queries.published(unit, form.id)
    first = check_in_force(said, [begins(form.period_type, row.in_force_from) for row in former])
    await _write(unit, form, said, {"edition": form.edition, "published_at": unit.now}, first)
    await unit.save(form)
    _tell(unit, form)
    return form


async def _write(
    unit: Unit,
    form: Form,
    said: Edition,
    more: Mapping[str, object],
    first: Period | None = None,
) -> None:
    """One edition as it is to stand; what is published stands for ever."""
    row = edition_to_row(said) | {
        "form": form.id,
        "begins": first.begin if first else None,
        **more,
    }
    write = insert(editions).values(row)
    drafted = write.on_conflict_do_update(
        index_elements=["form", "edition"], set_=row, where=editions.c.published_at.is_(None)
    )
    await (await unit.connection()).execute(drafted)


async def retire(unit: Unit, name: str, etag: str) -> Form:
    """What its obligations still ask for ends with today."""
    form = await unit.get(Form, name)
    form.check_etag(etag)
    form.retire(local_day(unit.now))
    await unit.save(form)
    _tell(unit, form)
    return form


def _tell(unit: Unit, form: Form) -> None:
    unit.emit(
        events.FormChanged(form=form.name, code=form.code, state=form.state, edition=form.edition)
    )


async def _check_indicators(unit: Unit, draft: Edition) -> None:
    named = {item.indicator for item in draft.items if item.indicator}
    asked = {id_of("indicators", name): name for name in named}
    missing = asked.keys() - await indicators.known(unit, asked) if asked else ()
    for id in missing:
        raise NotFound(name=asked[id])
