"""What is noted of a report each time it is submitted: whether in time, and how complete."""

from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update

from saola.kit.call import Unit
from saola.kit.database import Compiled
from saola.services.warehouse.models.rates import verdicts
from saola.services.warehouse.models.submissions import Submission

V: Final = verdicts.c
SUPERSEDE: Final = Compiled(
    update(verdicts)
    .where(V.agency == bindparam("its"), V.submission == bindparam("of"), V.superseded_at.is_(None))
    .values(superseded_at=bindparam("at"))
)
NOTE: Final = Compiled(insert(verdicts).values({one.key: bindparam(one.key) for one in V}))


async def judge(unit: Unit, report: Submission) -> None:
    """The verdict on what was submitted just now, which supersedes the one before."""
    await unit.write(SUPERSEDE, its=report.agency, of=report.id, at=unit.now)
    await unit.write(
        NOTE,
        agency=report.agency,
        submission=report.id,
        version=report.version,
        at=unit.now,
        due_at=report.due_at,
        on_time=bool(report.on_time),
        required=report.required,
        filled=report.filled,
        superseded_at=None,
        submitted_at=report.submitted_at,
    )


async def former(unit: Unit, report: Submission, version: int) -> Row[Any] | None:
    """The verdict that held up to a version of a report, if another has followed."""
    its = (V.agency == report.agency, V.submission == report.id)
    rows = await unit.rows(select(verdicts).where(*its).order_by(V.version))
    held = [row for row in rows if row.version <= version]
    return held[-1] if held and held[-1] is not rows[-1] else None
