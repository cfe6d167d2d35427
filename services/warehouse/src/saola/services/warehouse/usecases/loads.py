"""What one can do with reports that had come in an earlier system: load them, each whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.directory.working import Calendar
from saola.kit.call import Unit
from saola.kit.errors import DeadlineExceeded, DomainError
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.periods.periods import Period
from saola.services.warehouse.domain import loads as rules
from saola.services.warehouse.domain import submissions as states
from saola.services.warehouse.domain.completeness import cells
from saola.services.warehouse.domain.editions import check_since
from saola.services.warehouse.domain.findings import Finding, errors
from saola.services.warehouse.domain.forms import Item, check_published
from saola.services.warehouse.domain.loads import Stated
from saola.services.warehouse.domain.obligations import Term, check_obliged, check_reason
from saola.services.warehouse.domain.periods import NotAPeriod, read_period
from saola.services.warehouse.domain.submissions import Action, Channel
from saola.services.warehouse.domain.values import Judged
from saola.services.warehouse.models.forms import due_rule_of, items_of
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import findings, forms, loads, obligations, submissions
from saola.services.warehouse.usecases import figures, observations, rates
from saola.services.warehouse.usecases.observations import More
from saola.services.warehouse.usecases.submissions import facts, keep_findings


class Load(NamedTuple):
    """Whose reports by which form are loaded, why, by which way, and in which language they are
    written: none for what systems write."""

    agency: str
    form: str
    reason: str
    channel: Channel
    language: str = ""


class Outcome(NamedTuple):
    """The report, as it was before or as it `is_new`; or why there is none."""

    period: str
    became: Submission | Row[Any] | DomainError

    @property
    def is_new(self) -> bool:
        return isinstance(self.became, Submission)


class _By(NamedTuple):
    """By which edition, within which terms, and by which calendar."""

    edition: Row[Any]
    terms: Sequence[Term]
    calendar: Calendar


async def check_may_load(unit: Unit, agency: str, reason: str) -> str:
    """The reason, if there is one, and the caller may."""
    owner = id_of("agencies", agency)
    rules.check_from_above(await loads.above(unit, owner), unit.caller.agencies)
    return check_reason(reason, "reason")


async def load(unit: Unit, asked: Load, stated: Sequence[Stated]) -> list[Outcome]:
    """Each is loaded or refused for itself. Whoever begins one of them in the same moment wins:
    then nothing is loaded, and it is refused when it is asked again."""
    asked = asked._replace(reason=await check_may_load(unit, asked.agency, asked.reason))
    owner, form = id_of("agencies", asked.agency), id_of("forms", asked.form)
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"load {owner} {form}", 0))
    await unit.rows(select(lock))
    terms = [term for _, term in await obligations.terms(unit, owner, form)]
    calendar, outcomes = await directory.calendar(unit), list[tuple[int, Outcome]]()
    for edition, places in await forms.editions_for(
        unit, asked.form, owner, [one.period for one in stated]
    ):
        by = _By(edition, terms, calendar)
        for place in places:
            outcomes.append((place, await _attempt(unit, asked, by, stated[place])))
    new = [one.became for _, one in outcomes if isinstance(one.became, Submission)]
    if new:
        await figures.recount(unit, [(report.agency, report.id) for report in new])
    return [outcome for _, outcome in sorted(outcomes, key=lambda one: one[0])]


class _New(NamedTuple):
    """A report that may be loaded: what it says, and what is found in it."""

    report: Submission
    items: Mapping[str, Item]
    said: Mapping[str, Judged]
    found: Sequence[Finding]


async def _attempt(unit: Unit, asked: Load, by: _By, stated: Stated) -> Outcome:
    """What is refused has left nothing behind: it is refused before anything is written."""
    try:
        found = await _judge(unit, asked, by, stated)
    except DeadlineExceeded:
        raise
    except DomainError as refusal:
        return Outcome(stated.period, refusal)
    if not isinstance(found, _New):
        return Outcome(stated.period, found)
    return Outcome(stated.period, await _keep(unit, asked, found))


async def _judge(unit: Unit, asked: Load, by: _By, stated: Stated) -> _New | Row[Any]:
    """What may be loaded; or the report that was, and says the same."""
    period, came = _checked(unit, asked, by, stated)
    items = {item.code: item for item in items_of(by.edition.items)}
    said, flaws = states.read(items, stated.written, asked.language)
    states.refuse(flaws)
    said = states.changed(said, {})
    if known := await submissions.of_period(unit, asked.agency, asked.form, str(period)):
        if await _is_same(unit, known, came, said):
            return known
        raise rules.AlreadyReported(period=period, submission=name_of("submissions", known.id))
    due = due_rule_of(by.edition).due(period, by.calendar)
    owner = id_of("agencies", asked.agency)
    report = Submission.begin(owner, by.edition, period, due, unit.now)
    statuses = {item: judged.status for item, judged in said.items()}
    found = await findings.now(unit, report, by.edition, said, asked.reason)
    states.refuse(states.missing(items.values(), statuses) + errors(found))
    report.load(unit.caller.id, came, asked.reason, unit.now)
    report.found, (report.required, report.filled) = len(found), cells(items.values(), statuses)
    return _New(report, items, said, found)


async def _keep(unit: Unit, asked: Load, new: _New) -> Submission:
    report = await unit.add(new.report)
    if new.said:
        await observations.record(unit, report, new.items, new.said)
    await keep_findings(unit, report, new.found)
    await rates.judge(unit, report)
    await observations.line(unit, report, Action.LOADED, asked.channel, More(asked.reason))
    _tell(unit, report)
    return report


def _checked(unit: Unit, asked: Load, by: _By, stated: Stated) -> tuple[Period, datetime]:
    """The period, if the report for it is asked for; and when it had come, if it may have."""
    check_published(by.edition.state, asked.form)
    period = read_period(stated.period, "reports.period")
    if period.type is not by.edition.period_type:
        raise NotAPeriod(field="reports.period", period=stated.period)
    window = due_rule_of(by.edition).window
    rules.check_over(period, window, unit.now)
    check_since(by.edition.in_force_from, period, asked.form)
    check_obliged(by.terms, period, asked.form)
    return period, rules.check_came(stated.came, period, window, unit.now)


async def _is_same(unit: Unit, known: Row[Any], came: datetime, said: Mapping[str, Judged]) -> bool:
    """Whether it stands as it was loaded, and that is what is said again."""
    if known.loaded_at is None or known.submitted_at != came:
        return False
    before = await submissions.said(unit, known.agency, known.id)
    return before.keys() == said.keys() and not states.changed(said, before)


def _tell(unit: Unit, report: Submission) -> None:
    came = report.submitted_at or unit.now
    unit.audit(
        "LoadReport",
        subject=report.name,
        agency=report.agency,
        form=name_of("forms", report.form),
        period=report.period,
        came_at=came.isoformat(),
        reason=report.note,
    )
    unit.emit(
        events.SubmissionLoaded(
            **facts(unit, report), came_time=stamp(came), on_time=bool(report.on_time)
        )
    )
