"""What one can do with observations: add them, and supersede them. Nothing else ever."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row as Record
from sqlalchemy import insert, select, text, update

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.errors import DomainError
from saola.kit.names import id_of, name_of
from saola.periods.periods import Period
from saola.services.warehouse.domain.forms import IllegalMove, Item, check_published
from saola.services.warehouse.domain.obligations import check_obliged
from saola.services.warehouse.domain.observations import Batch, Flaws, Row, judge_batch
from saola.services.warehouse.domain.periods import NotAPeriod, check_begun, read_period
from saola.services.warehouse.domain.submissions import OPEN, Action, Channel, State
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.models.forms import due_rule_of, items_of
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.submissions import Submission, changes
from saola.services.warehouse.queries import forms, obligations

# Row security refuses COPY, so rows come by a table of this transaction only.
BEGIN: Final = """
    insert into submissions (id, version, created_at, agency, form, period, begins, state, due_at,
        entered_at, submitter, return_reason)
    select gen_random_uuid(), 1, :now, :agency, :form, p.period, p.begins, 'draft', p.due_at, :now,
        '', ''
    from unnest(cast(:periods as text[]), cast(:begins as date[]), cast(:dues as timestamptz[]))
        as p(period, begins, due_at)
    on conflict do nothing returning id
"""
INCOMING: Final = """
    create temp table incoming (row integer, period text, item text, status text, value text,
        number numeric) on commit drop
"""
COLUMNS: Final = ("row", "period", "item", "status", "value", "number")
SAME: Final = """
    delete from incoming i using submissions s, observations o
    where s.agency = :agency and s.form = :form and s.period = i.period
        and o.agency = :agency and o.submission = s.id and o.item = i.item
        and o.superseded_at is null
        and i.status = o.status and i.value = o.value
"""
NEVER_SAID: Final = """
    delete from incoming i where i.status = 'withdrawn' and not exists (
        select from submissions s, observations o
        where s.agency = :agency and s.form = :form and s.period = i.period
        and o.agency = :agency and o.submission = s.id and o.item = i.item
        and o.superseded_at is null)
"""
SUPERSEDE: Final = """
    update observations o set superseded_at = :now from incoming i, submissions s
    where s.agency = :agency and s.form = :form and s.period = i.period
        and o.agency = :agency and o.submission = s.id and o.item = i.item
        and o.superseded_at is null
"""
RENEW: Final = """
    update submissions set version = version + 1, entered_at = :now
    where agency = :agency and form = :form and period in (select period from incoming)
        and not id = any(:begun)
"""
ADD: Final = """
    insert into observations (agency, submission, item, version, indicator, period, begins, status,
        value, number, note, recorded_at, recorder)
    select :agency, s.id, i.item, s.version, n.indicator, i.period, s.begins, i.status,
        i.value, i.number, '', :now, :recorder
    from incoming i
    join submissions s on s.agency = :agency and s.form = :form and s.period = i.period
    left join unnest(cast(:items as text[]), cast(:indicators as uuid[])) as n(item, indicator)
        on n.item = i.item
    order by s.id, i.item
"""
CHANGED: Final = """
    insert into changes (agency, submission, version, action, actor, at, channel, note)
    select agency, id, version, case when id = any(:begun) then 'created' else 'entered' end,
        :recorder, :now, :channel, ''
    from submissions
    where agency = :agency and form = :form
        and (id = any(:begun) or period in (select period from incoming))
    returning submission
"""


class Reports(NamedTuple):
    """The reports that a batch is about, by their periods, and those that it has begun."""

    agency: UUID
    form: UUID
    found: Mapping[str, tuple[UUID, State]]
    begun: Sequence[UUID]


class Kept(NamedTuple):
    """What became of the rows of a batch: in = stored + unchanged + refused."""

    stored: int
    unchanged: int
    flaws: Flaws


async def record(
    unit: Unit, report: Submission, items: Mapping[str, Item], said: Mapping[str, Judged]
) -> None:
    """What the report says as of this version of it; what it said before is superseded."""
    table, connection = observations, await unit.connection()
    await connection.execute(
        update(table)
        .where(
            table.c.agency == report.agency,
            table.c.submission == report.id,
            table.c.item.in_(said),
            table.c.superseded_at.is_(None),
        )
        .values(superseded_at=unit.now)
    )
    same = {
        "agency": report.agency,
        "submission": report.id,
        "version": report.version,
        "period": report.period,
        "begins": report.begins,
        "recorded_at": unit.now,
        "recorder": unit.caller.id,
    }
    await connection.execute(
        insert(table), [same | _row(items[item], judged) for item, judged in said.items()]
    )


async def note(
    unit: Unit, report: Submission, action: Action, channel: Channel, said: str = ""
) -> None:
    """One line of the report's history."""
    line = {
        "agency": report.agency,
        "submission": report.id,
        "version": report.version,
        "action": action,
        "actor": unit.caller.id,
        "at": unit.now,
        "channel": channel,
        "note": said,
    }
    await (await unit.connection()).execute(insert(changes).values(line))


def _row(item: Item, judged: Judged) -> dict[str, Any]:
    return {
        "item": item.code,
        "indicator": id_of("indicators", item.indicator) if item.indicator else None,
        "status": judged.status,
        "value": judged.value,
        "number": judged.number,
        "note": judged.note,
    }


async def take_over(unit: Unit, agency: str, form: str, batch: Batch) -> Kept:
    """Values of many reports by one form. Reports that are not begun are begun."""
    batch.check()
    owner, by = id_of("agencies", agency), await forms.form(unit, form)
    check_published(by.state, form)
    items = {item.code: item for item in items_of(by.items)}
    periods, refused = await _periods(unit, owner, by, batch)
    rows, flaws = judge_batch(batch, items, refused)
    wanted = {period for _, period, _, status, _, _ in rows if status is not Status.WITHDRAWN}
    begun = await _begin(unit, owner, by, [periods[text] for text in sorted(wanted)])
    named = sorted({period for _, period, *_ in rows})
    found = await _lock(unit, owner, by.id, named)
    for number, period, *_ in rows:
        _, state = found.get(period, (None, State.DRAFT))
        if state not in OPEN:
            flaws.append((number, IllegalMove(current=state, to=State.DRAFT)))
    if closed := {number for number, _ in flaws}:
        rows = [row for row in rows if row[0] not in closed]
    stored = await _store(unit, Reports(owner, by.id, found, begun), rows, items) if rows else 0
    taken = len(batch.periods) - len(flaws)
    return Kept(stored, taken - stored, sorted(flaws, key=lambda flaw: flaw[0]))


async def _periods(
    unit: Unit, owner: UUID, by: Record[Any], batch: Batch
) -> tuple[Mapping[str, Period], Mapping[str, DomainError]]:
    """The periods of a batch as they are written: those to report for, and those refused."""
    terms = [term for _, term in await obligations.terms(unit, owner, by.id)]
    good, refused = dict[str, Period](), dict[str, DomainError]()
    window = due_rule_of(by).window
    for text_ in set(batch.periods):
        try:
            period = read_period(text_, "periods")
            if period.type is not by.period_type:
                raise NotAPeriod(field="periods", period=text_)
            check_begun(period, window, unit.now)
            check_obliged(terms, period, name_of("forms", by.id))
            good[text_] = period
        except DomainError as flaw:
            refused[text_] = flaw
    return good, refused


async def _begin(
    unit: Unit, owner: UUID, by: Record[Any], periods: Sequence[Period]
) -> Sequence[UUID]:
    """Begins the reports that are not there, and says which those are."""
    if not periods:
        return []
    rule, calendar = due_rule_of(by), await directory.calendar(unit)
    given = {
        "agency": owner,
        "form": by.id,
        "now": unit.now,
        "periods": list(map(str, periods)),
        "begins": [period.begin for period in periods],
        "dues": [rule.due(period, calendar) for period in periods],
    }
    found = await (await unit.connection()).execute(text(BEGIN), given)
    return [row.id for row in found]


async def _lock(
    unit: Unit, owner: UUID, form: UUID, periods: Sequence[str]
) -> Mapping[str, tuple[UUID, State]]:
    """The reports of these periods, which nobody else changes meanwhile."""
    query = select(Submission.__table__).where(
        Submission.agency == owner, Submission.form == form, Submission.period.in_(periods)
    )
    rows = await unit.rows(query.order_by(Submission.period).with_for_update())
    return {row.period: (row.id, row.state) for row in rows}


async def _store(
    unit: Unit, reports: Reports, rows: Sequence[Row], items: Mapping[str, Item]
) -> int:
    """Writes what is new among `rows`, and says how much that is."""
    connection = await unit.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection  # asyncpg's
    await connection.execute(text(INCOMING))
    await driver.copy_records_to_table("incoming", records=rows, columns=COLUMNS)
    measured = [item for item in items.values() if item.indicator]
    given: dict[str, Any] = {
        "agency": reports.agency,
        "form": reports.form,
        "begun": list(reports.begun),
        "items": [item.code for item in measured],
        "indicators": [id_of("indicators", item.indicator) for item in measured],
        "now": unit.now,
        "recorder": unit.caller.id,
        "channel": Channel.GRPC,
    }

    async def do(statement: str) -> Any:  # a result of rows or of a count
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        return await connection.execute(text(statement), used)

    older = len(reports.found) > len(reports.begun)
    if older:
        await do(SAME)
    if older or any(status is Status.WITHDRAWN for _, _, _, status, _, _ in rows):
        await do(NEVER_SAID)
    if older:
        await do(SUPERSEDE)
        await do(RENEW)
    stored = (await do(ADD)).rowcount
    told = {row.submission for row in await do(CHANGED)}
    for period, (id, _) in reports.found.items():
        if id in told:
            _tell(unit, reports, period, id)
    return int(stored)


def _tell(unit: Unit, reports: Reports, period: str, id: UUID) -> None:
    event = events.SubmissionEntered(
        submission=name_of("submissions", id),
        agency=name_of("agencies", reports.agency),
        form=name_of("forms", reports.form),
        period=period,
        actor=unit.caller.id,
    )
    unit.emit(event)
