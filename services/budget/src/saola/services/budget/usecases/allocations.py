"""What one can do with the plan: record lines of a decision, and correct one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from saola.kit.call import Unit
from saola.kit.errors import InvalidField
from saola.periods.local import local_day
from saola.services.budget.domain import money
from saola.services.budget.domain.entries import Group
from saola.services.budget.domain.money import Flow, Level
from saola.services.budget.models.allocations import LINE, Allocation
from saola.subsystem import keeping


@dataclass(frozen=True)
class Asked:
    """A line of a decision, and whose it is to be."""

    agency: UUID
    year: int
    flow: Flow
    chapter: str
    group: Group
    level: Level
    document: str
    day: date
    amount: int


async def record(unit: Unit, asked: Sequence[Asked]) -> Sequence[Allocation]:
    """All or none; the same line twice is refused by the database too."""
    money.check_count(len(asked))
    today, made = local_day(unit.now), list[Allocation]()
    for row, one in enumerate(asked):
        field = f"allocations[{row}]."
        if one.group.flow is not one.flow:
            raise InvalidField(field=f"{field}group")
        made.append(
            await unit.add(
                Allocation(
                    agency=one.agency,
                    year=money.check_year(one.year, f"{field}year", today),
                    flow=one.flow,
                    chapter=money.check_code(one.chapter, f"{field}chapter"),
                    group=one.group,
                    level=one.level,
                    document=money.check_document(one.document, f"{field}document"),
                    day=money.check_day(one.day, f"{field}day", today),
                    amount=money.check_amount(one.amount, f"{field}amount"),
                    recorder=unit.caller.id,
                    supersedes=None,
                    superseded_at=None,
                    reason="",
                    created_at=unit.now,
                )
            )
        )
    for agency in sorted({one.agency for one in asked}):
        days = [one.day for one in made if one.agency == agency]
        await keeping.changed(unit, agency, days)
    return made


async def correct(unit: Unit, name: str, etag: str, amount: int, reason: str) -> Allocation:
    """What it said is kept; what it says now is a new line. 0 takes it back."""
    why = money.check_reason(reason)
    kept = money.check_amount(amount, "amount") if amount else 0
    before = await unit.get(Allocation, name)
    before.check_etag(etag)
    before.supersede(unit.now)
    await unit.save(before)
    line = {column: getattr(before, column) for column in LINE}
    made = Allocation(
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
