"""How a run comes about and what comes of it: planned by the clock or asked for, done by own work.

It is begun in one unit, done between two, and noted in the next. Who is killed in between does it
again; the warehouse gives the same answer to the same, so nothing is stored or counted twice.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, select, update

from saola.apis.connectors.v1 import events_pb2 as events
from saola.kit.call import Call, Unit
from saola.kit.errors import DomainError
from saola.kit.names import name_of
from saola.kit.tasks import Tasks
from saola.kit.vault import Seal
from saola.periods.local import local_day
from saola.periods.periods import Period
from saola.periods.windows import Window
from saola.services.connectors.domain import runs as rules
from saola.services.connectors.domain.addresses import filled
from saola.services.connectors.domain.answers import PASSING_REFUSALS, RunInterrupted
from saola.services.connectors.domain.connectors import Format, Secret, Spec, check_secret
from saola.services.connectors.domain.findings import Found, told
from saola.services.connectors.domain.runs import Count, Flaw, Form, Judged, State, Trigger
from saola.services.connectors.formats import runs as formats
from saola.services.connectors.models.connectors import (
    Connector,
    schedule_of,
    secret_of,
    spec_of,
)
from saola.services.connectors.models.runs import Run
from saola.services.connectors.peers import sources, warehouse
from saola.services.connectors.queries import connectors, runs
from saola.services.connectors.settings import Settings

WHY: Final = "fetch what connectors are for"
MOST_REFUSALS: Final = 200
BATCH: Final = 500
tasks = Tasks()


async def plan(unit: Unit, connector: UUID, catch_up: timedelta) -> None:
    """What the clock of one has come to: each period that was to be fetched since, once."""
    query = select(Connector.__table__).where(Connector.id == connector)
    row = await unit.one(query.where(Connector.next_at <= unit.now).with_for_update())
    if row is None:
        return  # another has planned it, or it was paused meanwhile
    schedule, since = schedule_of(row), max(row.planned_until, unit.now - catch_up)
    for planned in schedule.due(since, unit.now):
        run = Run.plan(row, Trigger.SCHEDULE, str(planned.period), planned.at, unit.now)
        _owe(unit, await unit.add(run))
    clock = {"planned_until": unit.now, "next_at": schedule.after(unit.now)}
    await _set(unit, row.id, clock)


async def ask(unit: Unit, name: str, period: str) -> Run:
    """Beside the schedule. What somebody has asked for already is not asked for twice."""
    row = await connectors.connector(unit, name)
    schedule = schedule_of(row)
    asked = str(schedule.period(unit.now))
    if period:
        form = Form(row.period_type, Window(row.first_day), {})
        asked = str(rules.read_period(period, form, local_day(unit.now)))
    if waiting := await runs.waiting(unit, row.id, asked):
        return await unit.get(Run, name_of("runs", waiting.id))
    run = Run.plan(row, Trigger.PERSON, asked, unit.now, unit.now)
    _owe(unit, await unit.add(run))
    return run


@tasks
async def fetch(call: Call, payload: Mapping[str, Any]) -> None:
    """Does a run whose time has come; one that has ended is nothing to do."""
    async with call.unit(system=WHY) as unit:
        begun = await _begin(unit, UUID(payload["run"]))
    if begun is None:
        return
    run, connector = begun
    found = Found(Period.read(run.period))
    try:
        await _try(call, run, connector, found)
    except DomainError as error:
        found.refusal = error
    async with call.unit(system=WHY) as unit:
        await _note(unit, run, connector, found)


@tasks
async def release(call: Call, payload: Mapping[str, Any]) -> None:
    """What was fetched is not kept any more, unless another run keeps the same."""
    agency, sha256 = UUID(payload["agency"]), payload["sha256"]
    async with call.read(system=WHY) as unit:
        kept = await runs.keeping(unit, agency, sha256)
    if not kept:
        await call.files.drop(sha256, agency=agency)


async def look(
    call: Call, spec: Spec, secret: Secret | None, form: Form, found: Found
) -> Sequence[Judged]:
    """What a source says now of a period, row by row. `found` is filled on the way."""
    found.url = filled(spec.url, found.period, form.window.bounds(found.period))
    try:
        asked = sources.Question(found.url, spec, secret, spec.seconds)
        answer = await sources.fetch(call.settings(Settings), asked)
    except DomainError as error:
        found.status = int(str(error.facts.get("status", 0)))
        raise
    found.status, found.type, found.body = answer.status, answer.type, answer.body
    layout = formats.Layout(
        spec.format,
        tuple(dict.fromkeys(one.source for one in spec.fields)),
        spec.rows,
        spec.period_source,
        spec.delimiter,
        spec.encoding,
    )
    rows = await call.work(formats.read, answer.body, layout)
    found.rows = len(rows)
    return rules.judge(rows, spec.fields, form, found.period, spec.numbers)


async def forget(unit: Unit, files: datetime, all_: datetime) -> int:
    """A batch of what is past its time: of files that were fetched before, and of runs."""
    old = await runs.kept_since(unit, files, BATCH)
    for row in old:
        release_later(unit, row.connector, row.agency, row.sha256)
    ids = [row.id for row in old]
    let_go = update(Run).where(Run.id.in_(ids)).values(file_name="")
    await unit.session.execute(let_go.execution_options(synchronize_session=False))
    oldest = select(Run.id).where(Run.ended_at < all_, Run.file_name == "").limit(BATCH)
    gone = [row.id for row in await unit.rows(oldest)]
    forgotten = delete(Run).where(Run.id.in_(gone))
    await unit.session.execute(forgotten.execution_options(synchronize_session=False))
    return len(old) + len(gone)


def release_later(unit: Unit, connector: UUID, agency: UUID, sha256: str) -> None:
    unit.task(release, key=name_of("connectors", connector), agency=agency, sha256=sha256)


def seal_of(call: Call) -> Seal:
    return Seal(lambda: call.service.platform.secret("connectors-seal"))


def _owe(unit: Unit, run: Run) -> None:
    key = name_of("connectors", run.connector)
    unit.task(fetch, key=key, not_before=run.next_at or unit.now, run=run.id)


async def _begin(unit: Unit, id: UUID) -> tuple[Row[Any], Row[Any]] | None:
    run = await _held(unit, id)
    if run is None or run.state not in rules.OPEN or (run.next_at or unit.now) > unit.now:
        return None
    connector = await connectors.connector(unit, name_of("connectors", run.connector))
    run.begin(unit.now)
    if run.attempts > connector.retries + 1 + rules.KILLS:
        await _end(unit, run, State.FAILED, told(0, run.period, Flaw("", RunInterrupted())))
        return None
    await unit.save(run)
    return await runs.run(unit, run.name), connector


async def _held(unit: Unit, id: UUID) -> Run | None:
    """The run, until the end of the unit; None when it went with its connector."""
    if not await unit.rows(select(Run.id).where(Run.id == id).with_for_update()):
        return None
    return await unit.get(Run, name_of("runs", id))


async def _try(call: Call, run: Row[Any], connector: Row[Any], found: Found) -> None:
    """What came is kept as it came, whether it can be read or not."""
    found.form = await warehouse.form(call, connector.form)
    spec, secret = spec_of(connector), secret_of(connector, seal_of(call))
    check_secret(spec, there=secret is not None)
    try:
        rows = await look(call, spec, secret, found.form, found)
    finally:
        if found.body:
            found.file = await _keep(call, run, connector, found)
    await _deliver(call, run, connector, rows, found)


async def _keep(call: Call, run: Row[Any], connector: Row[Any], found: Found) -> str:
    """What was fetched, as a file of the agency; says what it is called."""
    name = f"{run.period}.{connector.format.value}"
    kind = "application/json" if connector.format is Format.JSON else "text/csv"
    await call.files.put(found.body, agency=run.agency, media_type=kind, file_name=name)
    return name


async def _deliver(
    call: Call, run: Row[Any], connector: Row[Any], rows: Sequence[Judged], found: Found
) -> None:
    """Row by row. What a schedule finds as it was is not told again: somebody may have corrected it
    since."""
    async with call.read(system=WHY) as unit:
        former = await runs.former(unit, connector.id, run.period)
    good = former is not None and former.state is State.SUCCEEDED
    if former and good and run.trigger is Trigger.SCHEDULE and _same(former, connector, found):
        found.count = Count(unchanged=former.stored + former.unchanged)
        return
    for row in rows:
        count, flaws = Count(refused=max(row.count, 1)), list(row.flaws)
        if not flaws:
            form = connector.form
            count, flaws = await warehouse.deliver(call, run.id, run.agency, form, row)
        found.count += count
        found.flaws += [(row.number, row.period, flaw) for flaw in flaws]


def _same(former: Row[Any], connector: Row[Any], found: Found) -> bool:
    return (former.sha256, former.mapping) == (found.sha256, mapping(connector))


def mapping(connector: Any) -> str:  # a Connector, or a row of its table
    """What tells one way to read an answer from another."""
    said = {name: str(value) for name, value in asdict(spec_of(connector)).items()}
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:16]


async def _note(unit: Unit, begun: Row[Any], connector: Row[Any], found: Found) -> None:
    run = await _held(unit, begun.id)
    if run is None or run.state is not State.RUNNING or run.attempts != begun.attempts:
        return  # its connector is gone, or another process does it by now
    if run.file_name and run.sha256 != found.sha256:
        release_later(unit, run.connector, run.agency, run.sha256)
    run.url, run.status, run.content_type = found.url, found.status, found.type
    run.size, run.sha256, run.file_name = len(found.body), found.sha256, found.file
    run.mapping, run.rows, count = mapping(connector), found.rows, found.count
    run.stored, run.unchanged, run.refused = count.stored, count.unchanged, count.refused
    run.refusals = [told(*flaw) for flaw in found.flaws[:MOST_REFUSALS]]
    if found.form:
        facts = {"period_type": found.form.type, "first_day": found.form.window.first_day}
        await _set(unit, run.connector, facts)
    why = told(0, run.period, Flaw("", found.refusal)) if found.refusal else None
    again = rules.next_try(run.attempts, connector.retries, unit.now)
    if why and again and isinstance(found.refusal, PASSING_REFUSALS):
        run.wait(again, why)
        await unit.save(run)
        _owe(unit, run)
    else:
        state = rules.ended(count, found.refusal, found.flawed, found.rows)
        if state is State.FAILED and why is None:  # the first of its rows says why
            why = run.refusals[0]
        await _end(unit, run, state, why)


async def _end(unit: Unit, run: Run, state: State, why: Mapping[str, object] | None) -> None:
    """Notes what came of it, at the connector too; its etag is for what people say of it."""
    run.end(state, unit.now, why)
    await unit.save(run)
    row = await connectors.connector(unit, name_of("connectors", run.connector))
    failed = state is State.FAILED
    goes: dict[str, Any] = {"last_run": run.id, "ran_at": unit.now, "health": rules.HEALTH[state]}
    goes |= {"failures": row.failures + 1} if failed else {"failures": 0, "good_run": run.id}
    await _set(unit, row.id, goes)
    unit.emit(
        events.ConnectorRan(
            connector=name_of("connectors", row.id),
            agency=name_of("agencies", row.agency),
            run=run.name,
            period=run.period,
            taken_over=not failed,
            stored=run.stored,
            refused=run.refused,
            failures=goes["failures"],
            title=row.title,
            form=name_of("forms", row.form),
            paused=row.next_at is None,
            good_run=name_of("runs", row.good_run) if row.good_run else "",
            former_failures=row.failures,
        )
    )


async def _set(unit: Unit, connector: UUID, values: Mapping[str, Any]) -> None:
    given = update(Connector).where(Connector.id == connector).values(values)
    await unit.session.execute(given.execution_options(synchronize_session=False))
