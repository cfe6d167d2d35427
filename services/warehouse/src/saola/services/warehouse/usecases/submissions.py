"""What one can do with reports: one verb, one transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, func, insert, select

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import DomainError, NotFound
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.periods.periods import Period
from saola.services.warehouse.domain import submissions as rules
from saola.services.warehouse.domain.bulk import Rows
from saola.services.warehouse.domain.completeness import cells
from saola.services.warehouse.domain.findings import Finding, errors
from saola.services.warehouse.domain.forms import Item, check_published
from saola.services.warehouse.domain.obligations import check_obliged
from saola.services.warehouse.domain.periods import NotAPeriod, check_begun, read_period
from saola.services.warehouse.domain.submissions import Action, Channel, Written
from saola.services.warehouse.domain.values import Judged
from saola.services.warehouse.domain.workbooks import (
    Flaw,
    ForeignWorkbook,
    Line,
    Origin,
    judge_lines,
)
from saola.services.warehouse.models.editions import levels_of
from saola.services.warehouse.models.findings import findings as stored
from saola.services.warehouse.models.findings import to_row
from saola.services.warehouse.models.forms import due_rule_of, items_of
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import findings, forms, obligations, submissions
from saola.services.warehouse.queries.approvals import acting
from saola.services.warehouse.usecases import figures, observations, rates
from saola.services.warehouse.usecases.observations import More


class Taken(NamedTuple):
    """What became of the report of a workbook: received = stored + unchanged + refused. `silent`
    are cells that say nothing, and must before it can be submitted."""

    submission: str = ""
    received: int = 0
    stored: int = 0
    unchanged: int = 0
    flaws: Sequence[Flaw] = ()
    silent: Sequence[Flaw] = ()
    submitted: bool = False
    # What the rules of the form find in the report now.
    found: Sequence[Finding] = ()


async def begin(
    unit: Unit, agency: str, form: str, period: str, written: Sequence[Written]
) -> Submission:
    """A report that an obligation asks for, with what is known already."""
    asked = read_period(period, "submission.period")
    by = await forms.for_period(unit, form, asked)
    items = by_code(by)
    said, flaws = rules.read(items, written, language_of(unit))
    rules.refuse(flaws)
    report = await begun(unit, agency, by, asked)
    if new := rules.changed(said, {}):
        await observations.record(unit, report, items, new)
    await observations.note(unit, report, Action.CREATED, channel_of(unit))
    _tell_entered(unit, report)
    return report


async def begun(unit: Unit, agency: str, by: Row[Any], period: Period) -> Submission:
    """A new report, empty, if it is asked for and its time has come."""
    owner, form = id_of("agencies", agency), name_of("forms", by.id)
    check_published(by.state, form)
    if period.type is not by.period_type:
        raise NotAPeriod(field="submission.period", period=str(period))
    rule = due_rule_of(by)
    check_begun(period, rule.window, unit.now)
    terms = await obligations.terms(unit, owner, by.id)
    check_obliged((term for _, term in terms), period, form)
    due = rule.due(period, await directory.calendar(unit))
    return await unit.add(Submission.begin(owner, by, period, due, unit.now))


async def enter(unit: Unit, name: str, etag: str, written: Sequence[Written]) -> Submission:
    """Nothing of it is kept unless all of it may stand."""
    report = await unit.get(Submission, name)
    report.check_etag(etag)
    items = by_code(await forms.edition(unit, name_of("forms", report.form), report.edition))
    report.check_open(unit.now)
    said, flaws = rules.read(items, written, language_of(unit))
    rules.refuse(flaws)
    await keep(unit, report, items, said, channel_of(unit))
    return report


async def keep(
    unit: Unit,
    report: Submission,
    items: Mapping[str, Item],
    said: Mapping[str, Judged],
    channel: Channel,
) -> int:
    """Records what is new in `said`, and says how much that is."""
    new = rules.changed(said, await submissions.said(unit, report.agency, report.id))
    if new:
        report.enter(unit.now)
        await unit.save(report)  # first, so that of two at once the second stops here
        await observations.record(unit, report, items, new)
        await observations.note(unit, report, Action.ENTERED, channel)
        _tell_entered(unit, report)
    return len(new)


async def take_workbook(
    unit: Unit,
    origin: Origin,
    lines: Sequence[Line],
    channel: Channel = Channel.EXCEL,
    *,
    submit_it: bool,
) -> Taken:
    """Keeps what may stand of a file, and says what may not; submits it if all may."""
    await _one_after_another(unit, origin)
    period = read_period(origin.period)
    by, found = await submissions.edition_for(unit, origin.form, origin.agency, period)
    if by.edition != origin.version:
        raise ForeignWorkbook(field="version")
    items = by_code(by)
    if found:
        report = await unit.get(Submission, name_of("submissions", found.id))
        report.check_open(unit.now)
    else:
        report = await begun(unit, origin.agency, by, period)
        await observations.note(unit, report, Action.CREATED, channel)
    said, flaws = judge_lines(items, lines, origin.language)
    stored = await keep(unit, report, items, said, channel)
    wrong = {flaw.item for flaw in flaws}
    silent = await _silent(unit, report, items, lines, wrong) if submit_it else []
    says = await submissions.said(unit, report.agency, report.id)
    finds = await findings.now(unit, report, by, says)
    submitted = submit_it and not flaws and not silent and not errors(finds)
    if submitted:
        await submit(unit, report.name, report.etag, channel)
    received, unchanged = len(said) + len(flaws), len(said) - stored
    return Taken(report.name, received, stored, unchanged, flaws, silent, submitted, finds)


async def form_of(unit: ReadUnit, origin: Origin) -> Row[Any]:
    """The edition of a form that a workbook was drawn up from."""
    try:
        return await forms.edition(unit, origin.form, origin.version)
    except NotFound as error:
        raise ForeignWorkbook(field="version") from error


async def take_list(
    unit: Unit, origin: Origin, rows: Rows
) -> tuple[observations.Kept, Mapping[str, DomainError]]:
    """Keeps rows of many periods, and says which periods were refused. Nothing is submitted."""
    agency, form = id_of("agencies", origin.agency), await form_of(unit, origin)
    kept = await observations.keep(unit, agency, form, rows, Channel.EXCEL)
    periods = dict(zip(rows.numbers, rows.periods, strict=True))
    return kept, {periods[number]: refusal for number, refusal in kept.flaws}


async def _one_after_another(unit: Unit, origin: Origin) -> None:
    """Of two workbooks of one report at once, the second waits until the first is kept."""
    report = f"{origin.agency} {origin.form} {origin.period}"
    await unit.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(report, 0))))


async def _silent(
    unit: Unit,
    report: Submission,
    items: Mapping[str, Item],
    lines: Sequence[Line],
    wrong: Collection[str],
) -> list[Flaw]:
    """The cells of required items about which nothing is said, here or before."""
    known = await submissions.said(unit, report.agency, report.id)
    statuses = {item: judged.status for item, judged in known.items()}
    places = {line.code: line.value.place for line in lines}
    silent = [str(flaw.facts["item"]) for flaw in rules.missing(items.values(), statuses)]
    return [
        Flaw(places.get(item, ""), item, rules.ItemMissing(field=places.get(item, ""), item=item))
        for item in silent
        if item not in wrong
    ]


async def submit(
    unit: Unit, name: str, etag: str, channel: Channel | None = None, word: str = ""
) -> Submission:
    """Sends it; figures follow."""
    report = await send(unit, name, etag, channel, word)
    await figures.recount(unit, [(report.agency, report.id)])
    return report


async def send(
    unit: Unit, name: str, etag: str, channel: Channel | None = None, word: str = ""
) -> Submission:
    """What was found then is kept with it. An error keeps it back; a warning does not. Refuses
    before it changes anything; whoever sends several recounts once."""
    report = await unit.get(Submission, name)
    report.check_etag(etag)
    by = await forms.edition(unit, name_of("forms", report.form), report.edition)
    report.check_sendable(unit.now)
    said = await submissions.said(unit, report.agency, report.id)
    statuses = {item: judged.status for item, judged in said.items()}
    found = await findings.now(unit, report, by, said, word)
    rules.refuse(rules.missing(items_of(by.items), statuses) + errors(found))
    calendar = await directory.calendar(unit)  # it may have changed since the report was begun
    report.due_at = due_rule_of(by).due(Period.read(report.period), calendar)
    post = await acting(unit, report.agency)
    report.submit(unit.caller.id, post, word, unit.now)
    report.levels, report.found = len(levels_of(by.levels)), len(found)
    report.required, report.filled = cells(items_of(by.items), statuses)
    await unit.save(report)
    await rates.judge(unit, report)
    await keep_findings(unit, report, found)
    await observations.line(
        unit, report, Action.SUBMITTED, channel or channel_of(unit), More(report.note, post)
    )
    unit.emit(
        events.SubmissionSubmitted(
            **facts(unit, report), submit_time=stamp(unit.now), on_time=bool(report.on_time)
        )
    )
    return report


async def keep_findings(unit: Unit, report: Submission, found: Sequence[Finding]) -> None:
    same = {"agency": report.agency, "submission": report.id, "version": report.version}
    rows = [{**same, "number": number, **to_row(one)} for number, one in enumerate(found)]
    if rows:
        await (await unit.connection()).execute(insert(stored), rows)


def by_code(form: Row[Any]) -> dict[str, Item]:
    return {item.code: item for item in items_of(form.items)}


def channel_of(unit: Unit) -> Channel:
    """What comes through an edge was typed into a page."""
    return Channel.WEB if unit.caller.front else Channel.GRPC


def language_of(unit: Unit) -> str:
    """In which language values were typed; none for what a system sends, which is canonical."""
    return unit.language if unit.caller.front else ""


def _tell_entered(unit: Unit, report: Submission) -> None:
    unit.emit(events.SubmissionEntered(**facts(unit, report)))


def called(by: Row[Any]) -> dict[str, str]:
    """What a form is called, for those who are told."""
    titles = {"form_title_vi": by.title_vi, "form_title_en": by.title_en}
    return {"form_code": by.code, **titles}


def facts(unit: Unit, report: Submission) -> dict[str, str]:
    return {
        "submission": report.name,
        "agency": name_of("agencies", report.agency),
        "form": name_of("forms", report.form),
        "period": report.period,
        "actor": unit.caller.id,
    }
