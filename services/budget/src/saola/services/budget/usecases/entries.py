"""What one can do with entries: record them, correct one, take over a file."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import update

from saola.kit.call import Unit
from saola.kit.names import name_of
from saola.periods.local import local_day
from saola.services.budget.domain import entries as rules
from saola.services.budget.domain import money
from saola.services.budget.domain.entries import Said
from saola.services.budget.domain.imports import Outcome, Verdict
from saola.services.budget.models.entries import KEY, Entry
from saola.services.budget.queries import entries
from saola.subsystem import keeping


class Asked(NamedTuple):
    """A line, and whose it is to be."""

    agency: UUID
    said: Said


async def record(unit: Unit, asked: Sequence[Asked]) -> Sequence[Entry]:
    """All or none. A line that is there already is corrected, not recorded again."""
    money.check_count(len(asked))
    today = local_day(unit.now)
    lines = [
        one._replace(said=rules.check(one.said, today, f"entries[{row}]."))
        for row, one in enumerate(asked)
    ]
    made: dict[int, Entry] = {}
    for agency in sorted({one.agency for one in lines}):
        mine = {row: one.said for row, one in enumerate(lines) if one.agency == agency}
        rules.check_apart(list(mine.values()))
        await entries.lock(unit, agency)
        known = await entries.known(unit, agency, [said.key for said in mine.values()])
        for row, said in mine.items():
            if before := known.get(said.key):
                name = name_of("entries", before.id)
                raise money.AlreadyRecorded(field=f"entries[{row}]", name=name)
            made[row] = await unit.add(_entry(unit, agency, said))
        await keeping.changed(unit, agency, [said.key.day for said in mine.values()])
    return [made[row] for row in sorted(made)]


async def correct(unit: Unit, name: str, etag: str, amount: int, reason: str) -> Entry:
    """What it said is kept; what it says now is a new entry. 0 takes it back."""
    why = money.check_reason(reason)
    kept = money.check_amount(amount, "amount") if amount else 0
    before = await unit.get(Entry, name)
    before.check_etag(etag)
    before.supersede(unit.now)
    await unit.save(before)  # first, so that of two at once the second stops here
    key = {column: getattr(before, column) for column in KEY}
    entry = Entry(
        **key,
        agency=before.agency,
        amount=kept,
        recorder=unit.caller.id,
        supersedes=before.id,
        superseded_at=None,
        reason=why,
        created_at=unit.now,
    )
    await unit.add(entry)
    await keeping.changed(unit, before.agency, [before.day])
    return entry


async def take_over(unit: Unit, agency: UUID, verdicts: Sequence[Verdict], source: str) -> None:
    """What a file says anew. `source` is why what was there is corrected."""
    new = [one for one in verdicts if one.outcome in (Outcome.RECORDED, Outcome.CORRECTED)]
    old = [one.supersedes for one in new if one.supersedes]
    if old:
        its = (Entry.agency == agency, Entry.id.in_(old), Entry.superseded_at.is_(None))
        gone = update(Entry).where(*its)
        await (await unit.connection()).execute(
            gone.values(superseded_at=unit.now, version=Entry.version + 1)
        )
    rows = list[dict[str, Any]]()
    for one in new:
        if one.said:
            rows.append(
                {
                    **one.said.key._asdict(),
                    "agency": agency,
                    "amount": one.said.amount,
                    "recorder": unit.caller.id,
                    "supersedes": one.supersedes,
                    "superseded_at": None,
                    "reason": source if one.supersedes else "",
                }
            )
    await unit.copy(Entry, rows)
    await keeping.changed(unit, agency, [one.said.key.day for one in new if one.said])


def _entry(unit: Unit, agency: UUID, said: Said) -> Entry:
    return Entry(
        **said.key._asdict(),
        agency=agency,
        amount=said.amount,
        recorder=unit.caller.id,
        supersedes=None,
        superseded_at=None,
        reason="",
        created_at=unit.now,
    )
