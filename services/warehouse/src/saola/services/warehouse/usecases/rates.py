"""What is noted of a report each time it is submitted: whether in time, and how complete."""

from sqlalchemy import insert, update

from saola.kit.call import Unit
from saola.services.warehouse.models.rates import verdicts
from saola.services.warehouse.models.submissions import Submission


async def judge(unit: Unit, report: Submission) -> None:
    """The verdict on what was submitted just now, which supersedes the one before."""
    table = verdicts
    await unit.session.execute(
        update(table)
        .where(
            table.c.agency == report.agency,
            table.c.submission == report.id,
            table.c.superseded_at.is_(None),
        )
        .values(superseded_at=unit.now)
    )
    verdict = {
        "agency": report.agency,
        "submission": report.id,
        "version": report.version,
        "at": unit.now,
        "due_at": report.due_at,
        "on_time": bool(report.on_time),
        "required": report.required,
        "filled": report.filled,
    }
    await unit.session.execute(insert(table), [verdict])
