"""Which steps have been told, and which reports have gone beyond them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select

from saola.kit.call import ReadUnit
from saola.kit.names import id_of
from saola.kit.paging import MAXIMUM, page
from saola.periods.local import local_day
from saola.periods.periods import Period
from saola.services.warehouse.domain.reminders import Step, Steps, reached
from saola.services.warehouse.models.obligations import Obligation
from saola.services.warehouse.models.reminders import Reminder
from saola.services.warehouse.queries.obligations import expected
from saola.services.warehouse.queries.obligations.expected import Asked


async def newest(
    unit: ReadUnit, size: int, token: str, agency: str
) -> tuple[Sequence[Row[Any]], str]:
    where: list[ColumnElement[bool]] = []
    if agency:
        where.append(Reminder.agency == id_of("agencies", agency))
    return await page(unit, Reminder, size, token, *where)


async def beyond(
    unit: ReadUnit, steps: Steps, token: str
) -> tuple[Sequence[tuple[Row[Any], Step]], str]:
    """Of a page of open reports those that have reached a step that is not told yet. What was due
    before anybody was obliged to report it is not told: a term may begin years back."""
    window = steps.window(unit.now)
    if window is None:
        return (), ""
    first, last = map(local_day, window)
    rows, following = await expected.expected(unit, MAXIMUM, token, Asked(first, last, open=True))
    obligations = {row.obligation for row in rows}
    told, since = await _told(unit, obligations), await _obliged(unit, obligations)
    found = list[tuple[Row[Any], Step]]()
    for row in rows:
        asked_in_time = since[row.obligation] < row.due_at
        step = _reached(steps, row, unit.now) if asked_in_time else None
        before = told.get((row.obligation, row.period))
        if step and (before is None or before < step.hours):
            found.append((row, step))
    return found, following


def _reached(steps: Steps, row: Row[Any], now: datetime) -> Step | None:
    return reached(steps.of(Period.read(row.period).type), row.due_at, now)


async def _told(unit: ReadUnit, obligations: Collection[UUID]) -> Mapping[tuple[UUID, str], int]:
    wanted = select(Reminder.obligation, Reminder.period, Reminder.hours)
    rows = await unit.rows(wanted.where(Reminder.obligation.in_(obligations)))
    return {(row.obligation, row.period): row.hours for row in rows}


async def _obliged(unit: ReadUnit, obligations: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Since when it is known that they hold."""
    wanted = select(Obligation.id, Obligation.created_at)
    rows = await unit.rows(wanted.where(Obligation.id.in_(obligations)))
    return {row.id: row.created_at for row in rows}
