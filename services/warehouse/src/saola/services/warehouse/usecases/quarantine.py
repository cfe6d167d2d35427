"""What one can do with rows that were refused: keep them, try them again, give them up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, select, update

from saola.kit.call import Call, Unit
from saola.kit.errors import DomainError
from saola.kit.names import id_of, name_of
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.quarantine import (
    AT_ONCE,
    LONGEST,
    NewerValue,
    Refused,
    Sent,
    State,
    again,
)
from saola.services.warehouse.domain.submissions import (
    Channel,
    DuplicateItem,
    UnknownItem,
    check_reason,
)
from saola.services.warehouse.models.forms import items_of
from saola.services.warehouse.models.observations import observations as values
from saola.services.warehouse.models.quarantine import Import, QuarantinedRow
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import forms
from saola.services.warehouse.usecases import observations

PURGED_AT_ONCE: Final = 5000
table: Any = QuarantinedRow.__table__  # a Table


class Source(NamedTuple):
    """Where rows come from."""

    agency: UUID
    form: UUID
    channel: Channel
    source: str
    file_name: str = ""


class Counts(NamedTuple):
    """What became of rows: how many were stored, unchanged, refused; and how many wait still."""

    stored: int
    unchanged: int
    refused: int
    waiting: int = 0


async def begin(unit: Unit, source: Source) -> Import:
    """An import of which nothing is counted yet."""
    new = Import(**source._asdict(), actor=unit.caller.id, created_at=unit.now)
    new.received = new.stored = new.unchanged = new.refused = 0
    return await unit.add(new)


async def keep(
    unit: Unit, of: Import, stored: int, unchanged: int, refused: Sequence[Refused]
) -> None:
    """Counts what became of a part of it, and keeps each row that was refused."""
    of.count(stored, unchanged, len(refused))
    await unit.save(of)
    same = {
        "agency": of.agency,
        "import_id": of.id,
        "form": of.form,
        "state": State.WAITING,
        "tried_at": unit.now,
        "tries": 1,
        "discard_reason": "",
        "discarder": "",
    }
    await unit.copy(QuarantinedRow, [same | _row(one) for one in refused])


def _row(one: Refused) -> dict[str, Any]:
    kept = {
        name: getattr(one.sent, name).replace("\0", "")[:LONGEST]
        for name in ("cell", "period", "item", "value", "status", "note", "language")
    }
    return {"line": one.sent.number, **kept, **_why(one.why)}


def _why(why: DomainError) -> dict[str, str]:
    return {"reason": why.reason, "vi": why.text("vi"), "en": why.text("en")}


async def retry(unit: Unit, name: str, names: Sequence[str]) -> Counts:
    """Tries rows again by the form, the obligations and the states as they are now; what is
    refused again waits on. A newer value that has come meanwhile is not written over."""
    of = await unit.get(Import, name)
    rows = await _waiting(unit, of, names)
    newer = await _newer(unit, of, rows)
    flaws = dict[UUID, DomainError]()
    stored = unchanged = 0
    form = name_of("forms", of.form)
    for edition, places in await forms.editions_for(
        unit, form, of.agency, [row.period for row in rows]
    ):
        items = {item.code: item for item in items_of(edition.items)}
        good, seen = list[tuple[int, str, str, str, str, str]](), set[tuple[str, str]]()
        for place in places:
            row = rows[place]
            key = (row.period, row.item)
            try:
                if row.item not in items:
                    raise UnknownItem(field="item", item=row.item[:40])
                if key in newer:
                    raise NewerValue(item=row.item, period=row.period)
                if key in seen:
                    raise DuplicateItem(field="item", item=row.item)
                judged = again(items[row.item], _sent(row))
                seen.add(key)
                good.append((place, *key, judged.status, judged.value, judged.note))
            except DomainError as flaw:
                flaws[row.id] = flaw
        if good:
            part = Rows(*zip(*good, strict=True))
            kept = await observations.keep(unit, of.agency, edition, part, of.channel)
            flaws |= {rows[place].id: flaw for place, flaw in kept.flaws}
            stored, unchanged = stored + kept.stored, unchanged + kept.unchanged
    await _note(unit, of, [row.id for row in rows], flaws)
    return Counts(stored, unchanged, len(flaws), await _count(unit, of))


async def discard(unit: Unit, name: str, names: Sequence[str], reason: str) -> Counts:
    of = await unit.get(Import, name)
    given = {"discard_reason": check_reason(reason), "discarder": unit.caller.id}
    said = update(table).where(_asked(of, names)).values(state=State.DISCARDED, **given)
    done: Any = await unit.session.execute(said)
    return Counts(0, 0, done.rowcount, await _count(unit, of))


async def purge(call: Call, before: datetime) -> None:
    """Deletes what is past its time: imports with all their rows, a batch a transaction."""
    kinds: tuple[Any, ...] = (table, Import.__table__)
    for kind in kinds:
        deleted = PURGED_AT_ONCE
        while deleted == PURGED_AT_ONCE:
            old = select(kind.c.id).where(kind.c.created_at < before).limit(PURGED_AT_ONCE)
            async with call.unit(system="purge imports and quarantine") as unit:
                done: Any = await unit.session.execute(delete(kind).where(kind.c.id.in_(old)))
                deleted = done.rowcount


def _asked(of: Import, names: Sequence[str]) -> ColumnElement[bool]:
    asked = and_(
        table.c.agency == of.agency, table.c.import_id == of.id, table.c.state == State.WAITING
    )
    if names:
        asked = and_(asked, table.c.id.in_([id_of("quarantine", name) for name in names]))
    return asked


async def _waiting(unit: Unit, of: Import, names: Sequence[str]) -> Sequence[Any]:
    """Locked, so that of two who try at once the second finds what the first has left."""
    query = select(table).where(_asked(of, names)).order_by(table.c.tried_at, table.c.line)
    return await unit.rows(query.limit(AT_ONCE).with_for_update())


async def _newer(unit: Unit, of: Import, rows: Sequence[Any]) -> set[tuple[str, str]]:
    """Of which periods and items a value has come after these rows."""
    since = {(row.period, row.item): row.created_at for row in rows}
    found = await unit.rows(
        select(values.c.period, values.c.item, values.c.recorded_at)
        .join(
            Submission, and_(Submission.agency == of.agency, Submission.id == values.c.submission)
        )
        .where(
            Submission.form == of.form,
            Submission.period.in_({row.period for row in rows}),
            values.c.agency == of.agency,
            values.c.superseded_at.is_(None),
        )
    )
    return {
        (row.period, row.item)
        for row in found
        if row.recorded_at > since.get((row.period, row.item), row.recorded_at)
    }


async def _note(
    unit: Unit, of: Import, ids: Sequence[UUID], flaws: Mapping[UUID, DomainError]
) -> None:
    """Those that may stand are taken; the others wait, with their reasons of today."""
    tried = {"tried_at": unit.now, "tries": table.c.tries + 1}
    mine = table.c.agency == of.agency
    good = [id for id in ids if id not in flaws]
    if good:
        taken = update(table).where(mine, table.c.id.in_(good))
        await unit.session.execute(taken.values(state=State.TAKEN, **tried))
    for id, flaw in flaws.items():
        still = update(table).where(mine, table.c.id == id)
        await unit.session.execute(still.values(**_why(flaw), **tried))


async def _count(unit: Unit, of: Import) -> int:
    waits = select(func.count().label("rows")).select_from(table).where(_asked(of, ()))
    found = await unit.one(waits)
    return int(found.rows) if found else 0


def _sent(row: Any) -> Sent:
    return Sent(
        row.line,
        row.period,
        row.item,
        row.value,
        row.status,
        row.note,
        row.cell,
        row.language,
    )
