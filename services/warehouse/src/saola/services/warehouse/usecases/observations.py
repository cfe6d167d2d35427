"""What one can do with observations: add them, and supersede them. Nothing else ever."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Row as Record
from sqlalchemy import bindparam, insert, select, update

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.database import Compiled
from saola.kit.errors import DomainError
from saola.kit.names import id_of, name_of
from saola.periods.periods import Period
from saola.services.warehouse.domain.approvals import Post
from saola.services.warehouse.domain.bulk import Batch, Flaws, Rows, judge_batch
from saola.services.warehouse.domain.editions import check_since
from saola.services.warehouse.domain.forms import Item, check_published
from saola.services.warehouse.domain.obligations import check_obliged
from saola.services.warehouse.domain.periods import NotAPeriod, check_begun, read_period
from saola.services.warehouse.domain.submissions import COUNTS, Action, Channel, check_open
from saola.services.warehouse.domain.unlocks import check_still_open
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import ForeignWorkbook
from saola.services.warehouse.models.editions import levels_of
from saola.services.warehouse.models.forms import due_rule_of, items_of
from saola.services.warehouse.models.observations import (
    BEGIN,
    PLAN_ANEW,
    Report,
    Target,
    observations,
    storing,
)
from saola.services.warehouse.models.submissions import Submission, changes
from saola.services.warehouse.queries import forms, obligations
from saola.services.warehouse.queries.approvals import acting
from saola.services.warehouse.usecases import figures

LINE: Final = Compiled(insert(changes).values({one.key: bindparam(one.key) for one in changes.c}))


async def record(
    unit: Unit, report: Submission, items: Mapping[str, Item], said: Mapping[str, Judged]
) -> None:
    """What the report says as of this version of it; what it said before is superseded."""
    await supersede(unit, report, said)
    same = {
        "agency": report.agency,
        "submission": report.id,
        "version": report.version,
        "period": report.period,
        "begins": report.begins,
        "recorded_at": unit.now,
        "recorder": unit.caller.id,
    }
    await (await unit.connection()).execute(
        insert(observations), [same | _row(items[item], judged) for item, judged in said.items()]
    )


async def supersede(unit: Unit, report: Submission, items: Iterable[str]) -> None:
    """What the report says about these holds no more."""
    o = observations.c
    its = (o.agency == report.agency, o.submission == report.id, o.item.in_(items))
    old = update(observations).where(*its, o.superseded_at.is_(None))
    await (await unit.connection()).execute(old.values(superseded_at=unit.now))


class More(NamedTuple):
    """What a line of the history may also say: a word, from which post, and at which level."""

    said: str = ""
    post: Post | None = None
    level: int | None = None


async def note(
    unit: Unit, report: Submission, action: Action, channel: Channel, more: More | None = None
) -> None:
    """One line of the report's history. Figures follow where it begins or ceases to count."""
    await line(unit, report, action, channel, more)
    if action in figures.TURNING:
        await figures.recount(unit, [(report.agency, report.id)])


async def line(
    unit: Unit, report: Submission, action: Action, channel: Channel, more: More | None = None
) -> None:
    """What was done, by whom, and as whose deputy. Whoever writes only this recounts later."""
    said, post, level = more or More()
    post = post or await acting(unit, report.agency)
    moved = action in COUNTS or action is Action.CREATED
    await unit.write(
        LINE,
        agency=report.agency,
        submission=report.id,
        version=report.version,
        action=action,
        actor=unit.caller.id,
        at=unit.now,
        channel=channel,
        note=said,
        deputy_of=post.deputy_of,
        level=level,
        state=report.state if moved else "",
    )


def _row(item: Item, judged: Judged) -> dict[str, Any]:
    return {
        "item": item.code,
        "indicator": id_of("indicators", item.indicator) if item.indicator else None,
        "status": judged.status,
        "value": judged.value,
        "number": judged.number,
        "note": judged.note,
    }


class Kept(NamedTuple):
    """What became of the rows of a batch: in = stored + unchanged + refused."""

    stored: int
    unchanged: int
    flaws: Flaws


class Form(NamedTuple):
    """By what an agency reports, and for which of the periods that were sent."""

    agency: UUID
    row: Record[Any]
    items: Mapping[str, Item]
    periods: Mapping[str, Period]
    refused: Mapping[str, DomainError]


async def take_over(unit: Unit, agency: str, form: str, batch: Batch) -> Kept:
    """Values of many reports by one form, each by the edition that holds for its period. Reports
    that are not begun are begun."""
    batch.check()
    owner, kept = id_of("agencies", agency), Kept(0, 0, [])
    for edition, places in await forms.editions_for(unit, form, owner, batch.periods):
        part = batch if len(places) == len(batch.periods) else batch.only(places)
        by = await _form(unit, owner, edition, part.periods)
        rows, flaws = judge_batch(part, by.items, by.refused)
        one = await _keep(unit, by, rows, flaws, Channel.GRPC)
        flaws = [(places[number], flaw) for number, flaw in one.flaws]
        kept = Kept(kept.stored + one.stored, kept.unchanged + one.unchanged, kept.flaws + flaws)
    return kept._replace(flaws=sorted(kept.flaws, key=lambda flaw: flaw[0]))


async def keep(unit: Unit, agency: UUID, form: Record[Any], rows: Rows, channel: Channel) -> Kept:
    """The same for rows that were judged already, but for whether their periods are asked for."""
    by = await _form(unit, agency, form, rows.periods)
    name, refused = name_of("forms", form.id), dict(by.refused)
    for edition, places in await forms.editions_for(unit, name, agency, rows.periods):
        if edition.edition != form.edition:
            foreign = ForeignWorkbook(field="version")
            refused = dict.fromkeys((rows.periods[place] for place in places), foreign) | refused
    numbered = zip(rows.numbers, rows.periods, strict=True)
    flaws = [(number, refused[text]) for number, text in numbered if text in refused]
    if flaws:
        rows = rows.without({number for number, _ in flaws})
    return await _keep(unit, by, rows, flaws, channel)


async def _keep(unit: Unit, by: Form, rows: Rows, flaws: Flaws, channel: Channel) -> Kept:
    """Begins, locks and writes; refuses what belongs to reports that were sent."""
    said = set(zip(rows.periods, rows.statuses, strict=True))
    wanted = {period for period, status in said if status != Status.WITHDRAWN}
    begun = await _begin(unit, by, sorted(wanted))
    found = await _lock(unit, by, sorted({period for period, _ in said}))
    if closed := {period: flaw for period, row in found.items() if (flaw := _closed(unit, row))}:
        late = [
            (number, closed[period])
            for number, period in zip(rows.numbers, rows.periods, strict=True)
            if period in closed
        ]
        flaws = sorted(flaws + late, key=lambda flaw: flaw[0])
        rows = rows.without({number for number, _ in late})
    reports = [
        Report(row.id, period, row.begins, row.version, begun=row.id in begun)
        for period, row in found.items()
        if period not in closed
    ]
    post = await acting(unit, by.agency)
    target = Target(by.agency, reports, by.items, channel, post.deputy_of)
    stored = await _store(unit, target, rows) if reports and rows.numbers else {}
    for report in reports:
        if report.id in stored:
            _tell(unit, by, report)
    new = sum(stored.values())
    return Kept(new, len(rows.numbers) - new, flaws)


def _closed(unit: Unit, row: Record[Any]) -> DomainError | None:
    """Why nothing is entered into a report, if nothing is."""
    try:
        check_open(row.state)
        check_still_open(row.unlocked_until, unit.now)
    except DomainError as flaw:
        return flaw
    return None


async def _store(unit: Unit, target: Target, rows: Rows) -> Mapping[UUID, int]:
    """Writes what is new among `rows`; says how much that is, by report."""
    statement, given = storing(target, rows, by=unit.caller.id, at=unit.now)
    connection = await unit.connection()
    await connection.execute(PLAN_ANEW)
    found = await connection.execute(statement, given)
    return {row.id: row.rows for row in found}


async def _form(unit: Unit, agency: UUID, row: Record[Any], written: Sequence[str]) -> Form:
    """A published form, and the periods as they are written: to report for, or refused."""
    check_published(row.state, name_of("forms", row.id))
    items = {item.code: item for item in items_of(row.items)}
    terms = [term for _, term in await obligations.terms(unit, agency, row.id)]
    good, refused = dict[str, Period](), dict[str, DomainError]()
    window = due_rule_of(row).window
    for text_ in set(written):
        try:
            period = read_period(text_, "periods")
            if period.type is not row.period_type:
                raise NotAPeriod(field="periods", period=text_)
            check_begun(period, window, unit.now)
            check_since(row.in_force_from, period, name_of("forms", row.id))
            check_obliged(terms, period, name_of("forms", row.id))
            good[text_] = period
        except DomainError as flaw:
            refused[text_] = flaw
    return Form(agency, row, items, good, refused)


async def _begin(unit: Unit, by: Form, written: Sequence[str]) -> set[UUID]:
    """Begins the reports that are not there, and says which those are."""
    if not written:
        return set()
    rule, calendar = due_rule_of(by.row), await directory.calendar(unit)
    periods = [by.periods[text_] for text_ in written]
    given = {
        "agency": by.agency,
        "form": by.row.id,
        "edition": by.row.edition,
        "levels": len(levels_of(by.row.levels)),
        "now": unit.now,
        "periods": written,
        "begins": [period.begin for period in periods],
        "dues": [rule.due(period, calendar) for period in periods],
    }
    found = await (await unit.connection()).execute(BEGIN, given)
    return {row.id for row in found}


async def _lock(unit: Unit, by: Form, periods: Sequence[str]) -> Mapping[str, Record[Any]]:
    """The reports of these periods, which nobody else changes meanwhile."""
    query = select(Submission.__table__).where(
        Submission.agency == by.agency,
        Submission.form == by.row.id,
        Submission.period.in_(periods),
    )
    rows = await unit.rows(query.order_by(Submission.period).with_for_update())
    return {row.period: row for row in rows}


def _tell(unit: Unit, by: Form, report: Report) -> None:
    event = events.SubmissionEntered(
        submission=name_of("submissions", report.id),
        agency=name_of("agencies", by.agency),
        form=name_of("forms", by.row.id),
        period=report.period,
        actor=unit.caller.id,
    )
    unit.emit(event)
