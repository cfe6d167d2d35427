"""What a service of the site may do about its own reports: declare them, and deliver them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, inspect, select

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.periods.local import local_day
from saola.services.warehouse.domain import reports as rules
from saola.services.warehouse.domain import submissions as states
from saola.services.warehouse.domain.completeness import cells
from saola.services.warehouse.domain.editions import Edition, begins
from saola.services.warehouse.domain.findings import errors
from saola.services.warehouse.domain.forms import State as Published
from saola.services.warehouse.domain.indicators import Definition
from saola.services.warehouse.domain.periods import read_period
from saola.services.warehouse.domain.submissions import Action, Channel, Written
from saola.services.warehouse.domain.values import Judged
from saola.services.warehouse.models.forms import Form, due_rule_of, edition_of
from saola.services.warehouse.models.indicators import Indicator, light_of
from saola.services.warehouse.models.obligations import Obligation
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import findings, forms, obligations, submissions
from saola.services.warehouse.usecases import forms as drafting
from saola.services.warehouse.usecases import indicators as dictionary
from saola.services.warehouse.usecases import obligations as obliging
from saola.services.warehouse.usecases import observations, rates
from saola.services.warehouse.usecases import submissions as reporting


@dataclass(frozen=True)
class Declaration:
    """What a service says that it reports. Indicators are told by code in it."""

    indicators: Sequence[tuple[str, Definition]]
    code: str
    form: Edition
    agencies: Sequence[str]
    # How many periods before the current one those owe it too who never have.
    before: int


class Declared(NamedTuple):
    form: Form
    unknown: Sequence[str]


class Delivered(NamedTuple):
    """What became of a report: how much of it is new, and whether it had been submitted before."""

    report: Submission
    stored: int
    corrected: bool


async def declare(unit: Unit, said: Declaration) -> Declared:
    """The same again changes nothing. Two who declare the same at once stand in line."""
    await _lock(unit, f"declare {said.code}")
    names = dict[str, str]()
    for code, definition in said.indicators:
        names[code] = await _define(unit, code, rules.resolved(definition, names))
    form = await _publish(unit, said.code, rules.named(said.form, names))
    return Declared(form, await _oblige(unit, form, said))


async def _define(unit: Unit, code: str, definition: Definition) -> str:
    known = await unit.one(select(Indicator.id).where(Indicator.code == code))
    if known is None:
        indicator = await dictionary.define(unit, code, definition)
        indicator.declarer = unit.caller.service
        return (await unit.save(indicator)).name
    indicator = await unit.get(Indicator, name_of("indicators", known.id))
    if indicator.declarer != unit.caller.service:
        return indicator.name  # what it means, others have said
    lit = replace(definition, light=definition.light or light_of(indicator))
    before = _columns(indicator)
    indicator.redefine(lit)
    if _columns(indicator) != before:
        await dictionary.redefine(unit, indicator.name, indicator.etag, lit)
    return indicator.name


async def _publish(unit: Unit, code: str, declared: Edition) -> Form:
    known = await unit.one(select(Form.id).where(Form.code == code))
    if known is None:
        drafted = await drafting.draft(unit, code, declared)
        drafted.declarer = unit.caller.service
        return await drafting.publish(unit, drafted.name, drafted.etag)
    form = await unit.get(Form, name_of("forms", known.id))
    if form.declarer != unit.caller.service:
        raise rules.FormOfOthers(form=code)
    wanted = rules.beside(declared, edition_of(form))
    if form.state is Published.DRAFT:
        drafted = await drafting.redraft(unit, form.name, form.etag, wanted)
        return await drafting.publish(unit, drafted.name, drafted.etag)
    if wanted == edition_of(form):
        return form
    if form.draft_edition:
        raise rules.FormBeingDrafted(form=code)
    former = await forms.published(unit, form.id)
    current = wanted.due_rule.window.period(form.period_type, local_day(unit.now))
    begun = [begins(form.period_type, row.in_force_from) for row in former]
    since = rules.next_in_force(current, begun)
    await drafting.revise(unit, form.name, form.etag)
    await drafting.redraft(unit, form.name, form.etag, replace(wanted, in_force_from=str(since)))
    return await drafting.publish(unit, form.name, form.etag)


async def _oblige(unit: Unit, form: Form, said: Declaration) -> Sequence[str]:
    """Who is to owe it from the current period on does, and nobody else. Says whom nobody knows."""
    today = local_day(unit.now)
    current = due_rule_of(form).window.period(form.period_type, today)
    unknown, wanted = list[str](), {id_of("agencies", agency): agency for agency in said.agencies}
    for id, agency in wanted.items():
        there = await _there(unit, id, today)
        if there is None:
            unknown.append(agency)
            continue
        owed = await obligations.terms(unit, id, form.id)
        first, before = current.begin, current.shifted(-said.before).begin
        if not owed and there.valid_from <= before:
            first = before
        if not any(term.end is None or term.end > first for _, term in owed):
            await obliging.oblige(unit, agency, form.name, first, None)
    for row in await _open(unit, form):
        if row.agency not in wanted and row.valid_from < today:
            obligation = await unit.get(Obligation, name_of("obligations", row.id))
            await obliging.end(unit, obligation.name, obligation.etag, today)
    return unknown


async def _there(unit: Unit, agency: UUID, today: date) -> Row[Any] | None:
    """The agency, while there is one."""
    known = await directory.agency(unit, agency)
    if known is None or known.valid_from > today:
        return None
    return known if known.valid_to is None or known.valid_to > today else None


async def _open(unit: Unit, form: Form) -> Sequence[Row[Any]]:
    return await unit.rows(
        select(Obligation.id, Obligation.agency, Obligation.valid_from).where(
            Obligation.form == form.id, Obligation.valid_to.is_(None)
        )
    )


async def deliver(
    unit: Unit, agency: str, form: str, period: str, written: Sequence[Written]
) -> Delivered:
    """One report, whole: begun, written and submitted, or corrected, or left as it is."""
    await _lock(unit, f"deliver {agency} {form} {period}")
    asked = read_period(period)
    found = await submissions.of_period(unit, agency, form, str(asked))
    latest = reporting.by_code(await forms.form(unit, form))
    if found is None:
        by = await forms.for_period(unit, form, asked)
        written = rules.asked_of(written, reporting.by_code(by), latest)
        report = await reporting.begin(unit, agency, form, period, written)
        await reporting.submit(unit, report.name, report.etag)
        return Delivered(report, len(written), corrected=False)
    report = await unit.get(Submission, name_of("submissions", found.id))
    by = await forms.edition(unit, form, report.edition)
    items = reporting.by_code(by)
    said, flaws = states.read(items, rules.asked_of(written, items, latest), "")
    states.refuse(flaws)
    new = states.changed(said, await submissions.said(unit, report.agency, report.id))
    if report.state in states.OPEN:
        if new or report.state not in rules.DECIDED:
            await reporting.keep(unit, report, items, said, Channel.GRPC)
            await reporting.submit(unit, report.name, report.etag)
        return Delivered(report, len(new), corrected=False)
    if new:
        await _correct(unit, report, by, new)
    return Delivered(report, len(new), corrected=bool(new))


async def _correct(unit: Unit, report: Submission, by: Row[Any], new: Mapping[str, Judged]) -> None:
    """What was sent says something else from now on; what it said is kept."""
    said = dict(await submissions.said(unit, report.agency, report.id)) | dict(new)
    found = await findings.now(unit, report, by, said, report.note)
    states.refuse(errors(found))
    report.correct(len(found), unit.now)
    statuses = {item: judged.status for item, judged in said.items()}
    report.required, report.filled = cells(reporting.by_code(by).values(), statuses)
    await unit.save(report)  # before its values, so that of two at once the second stops here
    await observations.record(unit, report, reporting.by_code(by), new)
    await rates.judge(unit, report)
    await reporting.keep_findings(unit, report, found)
    await observations.note(unit, report, Action.CORRECTED, Channel.GRPC)
    when = report.submitted_at or unit.now
    unit.emit(
        events.SubmissionSubmitted(
            **reporting.facts(unit, report),
            submit_time=stamp(when),
            on_time=bool(report.on_time),
        )
    )


async def _lock(unit: Unit, what: str) -> None:
    await unit.rows(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def _columns(indicator: Indicator) -> dict[str, Any]:
    return {one.key: getattr(indicator, one.key) for one in inspect(Indicator).column_attrs}
