"""What is kept no longer than its time, and files that wait for a verdict: jobs of every service.

Who kept what for how long stands in settings.Platform. Never purged by the kit: what is parked,
for somebody has to look at it; files that were accepted, whose time is their service's to know. The
outbox and own work end by being done. The audit goes by whole seals, oldest first, through a
function of the owner's that lets nothing go before a year (migration 0005).
"""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Table, delete, func, literal_column, select, update

from saola.kit.call import Call
from saola.kit.files import lock_of
from saola.kit.jobs import Jobs
from saola.kit.owed import CANCELLED, FAILED, SUCCEEDED, Operation
from saola.kit.scanner import Scanner, Verdict
from saola.kit.tables import answers, audit, files, inbox

BATCH = 1000
HALFWAY = timedelta(hours=1)  # after it a file that still arrives is given up
clock = Jobs()
log = structlog.get_logger()
operations: Any = Operation.__table__  # a Table


@clock(every=timedelta(hours=1))
async def purge(call: Call) -> None:
    """Deletes what is past its time, a batch a transaction, so that nobody waits for it."""
    keep, ended = call.service.platform, operations.c.state.in_([SUCCEEDED, FAILED, CANCELLED])
    await _purge(call, answers, answers.c.at < call.now - keep.keep_answers)
    await _purge(call, inbox, inbox.c.at < call.now - keep.keep_inbox)
    old = operations.c.ended_at < call.now - keep.keep_operations
    await _purge(call, operations, ended & old)
    await _purge_audit(call)
    await _give_up(call, call.now - HALFWAY)


@clock(every=timedelta(minutes=1))
async def rescan(call: Call) -> None:
    """Has the scanner look at what it could not look at before."""
    waiting = select(files.c.sha256).where(files.c.state == "quarantined").distinct().limit(BATCH)
    async with call.read(system="rescan files") as unit:
        hashes = [row.sha256 for row in await unit.rows(waiting)]
    scanner = Scanner(call.service.platform.scanner)
    for sha256 in hashes:
        with tempfile.NamedTemporaryFile(prefix="saola-") as kept:
            await call.service.store.get(sha256, kept)
            kept.flush()
            verdict = await scanner.look(Path(kept.name))
        if verdict is Verdict.QUARANTINED:
            return  # still away; the next minute is soon
        if verdict is Verdict.HARMFUL:
            await call.service.store.remove(sha256)
        mine = files.c.sha256 == sha256, files.c.state == "quarantined"
        async with call.unit(system="rescan files") as unit:
            await unit.session.execute(update(files).where(*mine).values(state=verdict.value))
        log.info("looked at again", file=sha256, verdict=verdict.value)


async def _purge(call: Call, table: Table, past: ColumnElement[bool]) -> None:
    place: ColumnElement[Any] = literal_column("ctid")
    batch = select(place).select_from(table).where(past).limit(BATCH).scalar_subquery()
    statement = delete(table).where(place == func.any(func.array(batch)))
    deleted = BATCH
    while deleted == BATCH:
        async with call.unit(system="purge") as unit:
            result: Any = await unit.session.execute(statement)
            deleted = result.rowcount
        call.service.telemetry.purged.labels(table.name).inc(deleted)


async def _purge_audit(call: Call) -> None:
    """What goes is in the audit too. The clock is the database's, as it is for the seals."""
    oldest, gone = func.purge_audit(call.service.platform.keep_audit, BATCH), BATCH
    while gone:
        async with call.unit(system="purge") as unit:
            gone = await unit.session.scalar(select(oldest)) or 0
            if gone:
                unit.audit("purged", subject=audit.name, rows=gone)
        call.service.telemetry.purged.labels(audit.name).inc(gone)


async def _give_up(call: Call, since: datetime) -> None:
    """Clears away uploads that ended halfway: the row, and bytes that are nobody else's."""
    halfway = files.c.state == "arriving", files.c.at < since
    async with call.read(system="purge") as unit:
        rows = await unit.rows(select(files.c.sha256).where(*halfway).distinct().limit(BATCH))
    for sha256 in [row.sha256 for row in rows]:
        async with call.unit(system="purge") as unit:
            # Whoever sends the same now waits with their row, see Files.take.
            await unit.session.execute(select(func.pg_advisory_xact_lock(lock_of(sha256))))
            gone = delete(files).where(files.c.sha256 == sha256, *halfway)
            result: Any = await unit.session.execute(gone)
            call.service.telemetry.purged.labels(files.name).inc(result.rowcount)
            if not await unit.rows(select(files.c.agency).where(files.c.sha256 == sha256).limit(1)):
                await call.service.store.remove(sha256)
