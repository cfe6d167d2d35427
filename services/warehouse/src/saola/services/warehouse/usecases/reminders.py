"""What happens to reports that nobody submits: each step that they reach is told, once."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.services.warehouse.domain.reminders import Step, Steps
from saola.services.warehouse.models.reminders import Reminder
from saola.services.warehouse.queries import reminders


async def remind(unit: Unit, steps: Steps, token: str) -> str:
    """A page of open reports. Returns the token of the next, empty after the last."""
    found, following = await reminders.beyond(unit, steps, token)
    if found:
        rows = {(row.obligation, row.period): (row, step) for row, step in found}
        for obligation, period in await _advance(unit, [*rows.values()]):
            unit.emit(_event(*rows[obligation, period]))
    return following


async def _advance(unit: Unit, found: list[tuple[Row[Any], Step]]) -> list[tuple[UUID, str]]:
    """Notes the steps. Of two processes that do so at once, one finds that it was done."""
    written = [_row(unit, row, step) for row, step in found]
    written.sort(key=lambda row: (row["obligation"], row["period"]))
    new = insert(Reminder).values(written)
    taken = ("due_at", "step", "hours", "told_at")
    upsert = new.on_conflict_do_update(
        index_elements=["obligation", "period"],
        set_={name: new.excluded[name] for name in taken} | {"version": Reminder.version + 1},
        where=Reminder.hours < new.excluded.hours,
    )
    kept = await unit.session.execute(upsert.returning(Reminder.obligation, Reminder.period))
    return [(row.obligation, row.period) for row in kept]


def _row(unit: Unit, row: Row[Any], step: Step) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "version": 1,
        "created_at": unit.now,
        "agency": row.agency,
        "obligation": row.obligation,
        "form": row.form,
        "period": row.period,
        "due_at": row.due_at,
        "step": step.code,
        "hours": step.hours,
        "told_at": unit.now,
    }


def _event(row: Row[Any], step: Step) -> events.ReportRemindable:
    return events.ReportRemindable(
        obligation=name_of("obligations", row.obligation),
        agency=name_of("agencies", row.responsible),
        form=name_of("forms", row.form),
        period=row.period,
        submission=name_of("submissions", row.submission) if row.submission else "",
        form_code=row.form_code,
        form_title_vi=row.title_vi,
        form_title_en=row.title_en,
        due_time=stamp(row.due_at),
        step=step.code,
    )
