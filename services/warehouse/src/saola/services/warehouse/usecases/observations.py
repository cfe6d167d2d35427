"""What one can do with observations: add them, and supersede them. Nothing else ever."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, update

from saola.kit.call import Unit
from saola.kit.names import id_of
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.submissions import Action, Channel
from saola.services.warehouse.domain.values import Judged
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.submissions import Submission, changes


async def record(
    unit: Unit, report: Submission, items: Mapping[str, Item], said: Mapping[str, Judged]
) -> None:
    """What the report says as of this version of it; what it said before is superseded."""
    table, connection = observations, await unit.connection()
    await connection.execute(
        update(table)
        .where(
            table.c.agency == report.agency,
            table.c.submission == report.id,
            table.c.item.in_(said),
            table.c.superseded_at.is_(None),
        )
        .values(superseded_at=unit.now)
    )
    same = {
        "agency": report.agency,
        "submission": report.id,
        "version": report.version,
        "period": report.period,
        "begins": report.begins,
        "recorded_at": unit.now,
        "recorder": unit.caller.id,
    }
    await connection.execute(
        insert(table), [same | _row(items[item], judged) for item, judged in said.items()]
    )


async def note(
    unit: Unit, report: Submission, action: Action, channel: Channel, said: str = ""
) -> None:
    """One line of the report's history."""
    line = {
        "agency": report.agency,
        "submission": report.id,
        "version": report.version,
        "action": action,
        "actor": unit.caller.id,
        "at": unit.now,
        "channel": channel,
        "note": said,
    }
    await (await unit.connection()).execute(insert(changes).values(line))


def _row(item: Item, judged: Judged) -> dict[str, Any]:
    return {
        "item": item.code,
        "indicator": id_of("indicators", item.indicator) if item.indicator else None,
        "status": judged.status,
        "value": judged.value,
        "number": judged.number,
        "note": judged.note,
    }
