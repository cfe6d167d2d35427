"""What one can do with projects: say what they are, and record what was planned and paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from saola.apis.budget.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.names import name_of
from saola.periods.local import local_day
from saola.services.budget.domain import money
from saola.services.budget.domain.projects import Kind, Said
from saola.services.budget.models.projects import LINE, Payment, Project
from saola.subsystem import keeping


@dataclass(frozen=True)
class Asked:
    """A payment, by the name of its project."""

    project: str
    kind: Kind
    year: int
    day: date
    document: str
    amount: int


async def create(unit: Unit, agency: UUID, code: str, said: Said) -> Project:
    today = local_day(unit.now)
    project = await unit.add(Project.create(agency, code, said, unit.now, today))
    await _changed(unit, project, today)
    return project


async def change(unit: Unit, name: str, etag: str, said: Said) -> Project:
    """Whether it is late is told anew from today on: what was reported stays."""
    today = local_day(unit.now)
    project = await unit.get(Project, name)
    project.check_etag(etag)
    project.say(said, today)
    await unit.save(project)
    await _changed(unit, project, today)
    return project


async def pay(unit: Unit, asked: Sequence[Asked]) -> Sequence[Payment]:
    """All or none; the same line twice is refused by the database too."""
    money.check_count(len(asked))
    today, made = local_day(unit.now), list[Payment]()
    for row, one in enumerate(asked):
        field = f"payments[{row}]."
        project = await unit.get(Project, one.project)
        made.append(
            await unit.add(
                Payment(
                    agency=project.agency,
                    project=project.id,
                    kind=one.kind,
                    year=money.check_year(one.year, f"{field}year", today),
                    day=money.check_day(one.day, f"{field}day", today),
                    document=money.check_document(one.document, f"{field}document"),
                    amount=money.check_amount(one.amount, f"{field}amount"),
                    recorder=unit.caller.id,
                    supersedes=None,
                    superseded_at=None,
                    reason="",
                    created_at=unit.now,
                )
            )
        )
    for agency in sorted({one.agency for one in made}):
        await keeping.changed(unit, agency, [one.day for one in made if one.agency == agency])
    return made


async def correct(unit: Unit, name: str, etag: str, amount: int, reason: str) -> Payment:
    """What it said is kept; what it says now is a new payment. 0 takes it back."""
    why = money.check_reason(reason)
    kept = money.check_amount(amount, "amount") if amount else 0
    before = await unit.get(Payment, name)
    before.check_etag(etag)
    before.supersede(unit.now)
    await unit.save(before)
    line = {column: getattr(before, column) for column in LINE}
    made = Payment(
        **line,
        agency=before.agency,
        amount=kept,
        recorder=unit.caller.id,
        supersedes=before.id,
        superseded_at=None,
        reason=why,
        created_at=unit.now,
    )
    await unit.add(made)
    await keeping.changed(unit, before.agency, [before.day])
    return made


async def _changed(unit: Unit, project: Project, today: date) -> None:
    await keeping.changed(unit, project.agency, [today])
    agency = name_of("agencies", project.agency)
    unit.emit(events.ProjectChanged(project=project.name, agency=agency, code=project.code))
