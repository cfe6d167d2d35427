"""What is noted of a report each time it is submitted: whether in time, and how complete."""

from typing import Final

from sqlalchemy import bindparam, insert, update

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
    )
