"""The rows of reports: who owes what since when, what is to be delivered, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from saola.kit.call import ReadUnit, Unit
from saola.periods.local import local_day
from saola.periods.periods import Period
from saola.subsystem.declarations import Report
from saola.subsystem.tables import declarations, deliveries, marks, owing

ROWS: Final = 1000  # of one statement


async def changed(unit: Unit, agency: UUID, days: Collection[date]) -> None:
    """Call it where figures of an agency change from these days on: what was delivered about them,
    or about later days, is computed again."""
    if days:
        await (await unit.connection()).execute(
            insert(marks).values({"agency": agency, "day": min(days)})
        )


async def declared(unit: ReadUnit, report: Report) -> Row[Any] | None:
    return await unit.one(select(declarations).where(declarations.c.report == report.form))


async def keep_declared(
    unit: Unit, report: Report, form: UUID, digest: str, agencies: Collection[UUID]
) -> None:
    """The warehouse knows of it, and that these owe it: from the current period on if they begin
    again, and from some before it on if they are new. Whoever is not among them any more owes what
    has begun, and no more."""
    today = local_day(unit.now)
    row = {"report": report.form, "digest": digest, "form": form, "declared_at": unit.now}
    connection = await unit.connection()
    keep = upsert(declarations).values(row)
    await connection.execute(keep.on_conflict_do_update(index_elements=["report"], set_=row))
    current = report.current(today)
    its = owing.c.report == report.form
    gone = update(owing).where(its, owing.c.agency.not_in(agencies), owing.c.until.is_(None))
    await connection.execute(gone.values(until=today))
    if agencies:
        since = current.shifted(-report.before(unit)).begin
        rows = [{"report": report.form, "agency": one, "since": since} for one in agencies]
        again = upsert(owing).values(rows)
        await connection.execute(
            again.on_conflict_do_update(
                index_elements=["report", "agency"],
                set_={"since": current.begin, "until": None},
                where=owing.c.until.is_not(None),
            )
        )


async def forget_declared(unit: Unit, reports: Collection[str]) -> None:
    """It is to be told again."""
    its = declarations.c.report.in_(reports)
    await (await unit.connection()).execute(update(declarations).where(its).values(digest=""))


async def mark_all(unit: Unit, reports: Collection[str]) -> None:
    """Whatever was delivered is delivered again: the warehouse may have lost some of it."""
    its = deliveries.c.report.in_(reports)
    again = update(deliveries).where(its)
    await (await unit.connection()).execute(
        again.values(marked=deliveries.c.marked + 1, digest="", retry_at=None)
    )


async def close(unit: Unit, report: Report) -> None:
    """Notes each report whose cut-off has come since the last one of its agency."""
    latest = (
        select(deliveries.c.agency, func.max(deliveries.c.begins).label("begins"))
        .where(deliveries.c.report == report.form)
        .group_by(deliveries.c.agency)
        .subquery()
    )
    rows = await unit.rows(
        select(owing, latest.c.begins)
        .join_from(owing, latest, latest.c.agency == owing.c.agency, isouter=True)
        .where(owing.c.report == report.form)
        .order_by(owing.c.agency)
    )
    new = list[dict[str, Any]]()
    for row in rows:
        since = Period.of(report.period_type, row.since)
        if row.begins and row.begins >= row.since:
            since = Period.of(report.period_type, row.begins).next
        for period in report.closed(since, unit.now):
            if row.until is None or period.begin < row.until:
                new.append(_to_deliver(report, row.agency, period))
    connection = await unit.connection()
    for at in range(0, len(new), ROWS):
        add = upsert(deliveries).values(new[at : at + ROWS])
        await connection.execute(add.on_conflict_do_nothing())


def _to_deliver(report: Report, agency: UUID, period: Period) -> dict[str, Any]:
    return {
        "report": report.form,
        "agency": agency,
        "begins": period.begin,
        "period": str(period),
        "ends": report.bounds(period).last,
        "marked": 1,
        "seen": 0,
        "digest": "",
        "submission": "",
        "times": 0,
        "reason": "",
    }


async def take_marks(unit: Unit) -> None:
    """What was delivered about days that have changed, or about later ones, is out of date."""
    connection = await unit.connection()
    taken = await connection.execute(delete(marks).returning(marks.c.agency, marks.c.day))
    since = dict[UUID, date]()
    for agency, day in taken.all():
        since[agency] = min(day, since.get(agency, day))
    for agency, day in sorted(since.items()):
        its = (deliveries.c.agency == agency, deliveries.c.ends >= day)
        more = update(deliveries).where(*its)
        await connection.execute(more.values(marked=deliveries.c.marked + 1, retry_at=None))


async def waiting(unit: ReadUnit, report: Report) -> Sequence[UUID]:
    """The agencies of which something is to be delivered now."""
    rows = await unit.rows(
        select(deliveries.c.agency)
        .where(*_due(report, unit.now))
        .distinct()
        .order_by(deliveries.c.agency)
    )
    return [row.agency for row in rows]


async def first_waiting(
    unit: ReadUnit, report: Report, agency: UUID, after: date | None
) -> Row[Any] | None:
    """The oldest of them, after those of `after`; with the name of the form."""
    query = (
        select(deliveries, declarations.c.form)
        .join_from(deliveries, declarations, declarations.c.report == deliveries.c.report)
        .where(*_due(report, unit.now), deliveries.c.agency == agency)
        .order_by(deliveries.c.begins)
        .limit(1)
    )
    return await unit.one(query.where(deliveries.c.begins > after) if after else query)


def _due(report: Report, now: datetime) -> tuple[Any, ...]:
    its = deliveries.c
    patient = or_(its.retry_at.is_(None), its.retry_at <= now)
    return its.report == report.form, its.seen < its.marked, patient


async def keep(unit: Unit, row: Row[Any], **became: Any) -> None:
    """What became of a delivery, as of the marks that it was computed for."""
    its = deliveries.c
    same = (its.report == row.report, its.agency == row.agency, its.begins == row.begins)
    await (await unit.connection()).execute(update(deliveries).where(*same).values(**became))
