"""What one can do with notices: tell, read, and spare people what is no longer so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from saola.apis.notices.v1 import events_pb2 as events
from saola.directory import queries as directory
from saola.kit.call import Unit
from saola.kit.errors import NotFound
from saola.kit.names import name_of
from saola.services.notices.domain import templates as wording
from saola.services.notices.domain.deliveries import State
from saola.services.notices.domain.notices import Facts, Form, Kind, Report, Run, facts_of
from saola.services.notices.domain.plans import (
    Reached,
    Rung,
    answerable,
    deciders,
    reached,
    step_of,
)
from saola.services.notices.models.deliveries import Delivery
from saola.services.notices.models.notices import Notice, place
from saola.services.notices.queries import notices, plans, templates
from saola.services.notices.settings import Settings
from saola.services.notices.usecases import deliveries


@dataclass(frozen=True)
class Told:
    """What is told, before it is known to whom."""

    kind: Kind
    step: str
    template: str
    about: Report | Run
    facts: Facts
    urgent: bool = False


async def remind(unit: Unit, step: str, report: Report, form: Form, due: datetime) -> None:
    """A report has reached a step: whom the plan names is told."""
    known = step_of(await plans.steps(unit), step)
    if known is None:
        return
    facts = facts_of(report, form, await _title(unit, report.agency), due=due)
    told = Told(Kind.REMINDER, step, known.template, report, facts, known.urgent)
    await _tell(unit, told, await _reached(unit, report.agency, known.rungs))


async def tell_reporters(
    unit: Unit, kind: Kind, report: Report, form: Form, **moments: datetime
) -> None:
    """A report was decided about: those who wrote it are told, each time that it happens."""
    told = await _happened(unit, kind, report, form, **moments)
    await _tell(unit, told, await _reached(unit, report.agency, (Rung.REPORTERS,)))


async def tell_deciders(unit: Unit, report: Report, form: Form, asker: str, *, above: bool) -> None:
    """Somebody asks that a report be open again: those are told who may decide about it."""
    told = await _happened(unit, Kind.UNLOCK_REQUESTED, report, form)
    stands = await plans.stands(unit, report.agency, unit.settings(Settings).office)
    officials = await plans.there(unit, set(stands.values()))
    lowest = Rung.PARENT if above else Rung.HEADS
    await _tell(unit, told, deciders(lowest, stands, officials, asker))


async def _happened(
    unit: Unit, kind: Kind, report: Report, form: Form, **moments: datetime
) -> Told:
    facts = facts_of(report, form, await _title(unit, report.agency), **moments)
    return Told(kind, f"{kind} {unit.now.isoformat()}", kind.value, report, facts)


async def tell_failing(unit: Unit, run: Run) -> None:
    """A connector goes on failing: those who answer for it are told once, until it has worked."""
    many = run.failures >= unit.settings(Settings).connector_failures
    over = run.step(Kind.CONNECTOR_WORKING)
    if many and not await notices.was_told(unit, run.subject, over):
        await _tell_stewards(unit, Kind.CONNECTOR_FAILING, run)


async def tell_working(unit: Unit, run: Run) -> None:
    """A connector works: where it had failed so often that it was told, this is told too."""
    await spare_connector(unit, run.subject)
    if run.failures >= unit.settings(Settings).connector_failures:
        await _tell_stewards(unit, Kind.CONNECTOR_WORKING, run)


async def spare_connector(unit: Unit, subject: str) -> None:
    """A connector works, stands still or is gone: that it fails is not sent any more."""
    await _spare(unit, subject, Kind.CONNECTOR_FAILING)


async def spare(unit: Unit, report: Report) -> None:
    """A report was submitted: what still waits to be sent of its reminders is not sent."""
    await _spare(unit, report.subject, Kind.REMINDER)


async def mark_read(unit: Unit, name: str) -> Notice:
    notice = await unit.get(Notice, name)
    if notice.official != notices.me(unit):
        raise NotFound(name=name)
    if notice.read(unit.now):
        await unit.save(notice)
        await _need_no_more(unit, Delivery.notice == notice.id)
        _changed(unit, notice.official)
    return notice


async def mark_all_read(unit: Unit, until: datetime) -> int:
    official = notices.me(unit)
    unread = select(Notice).where(
        Notice.official == official, Notice.read_at.is_(None), Notice.created_at <= until
    )
    found = list(await unit.session.scalars(unread.with_for_update()))
    for notice in found:
        notice.read(unit.now)
    await unit.session.flush()
    if official and found:
        await _need_no_more(unit, Delivery.notice.in_([notice.id for notice in found]))
        _changed(unit, official)
    return len(found)


async def _title(unit: Unit, agency: UUID) -> str:
    """What the agency is called; its id would tell nobody anything."""
    known = await directory.titles(unit, [agency])
    return known[agency].title if agency in known else "–"


async def _tell_stewards(unit: Unit, kind: Kind, run: Run) -> None:
    facts = run.facts(await _title(unit, run.agency))
    line = [agency.id for agency in await plans.upwards(unit, run.agency)]
    told = Told(kind, run.step(kind), kind.value, run, facts)
    await _tell(unit, told, answerable(line, await plans.there(unit, line)))


async def _reached(unit: Unit, owner: UUID, rungs: Sequence[Rung]) -> Sequence[Reached]:
    stands = await plans.stands(unit, owner, unit.settings(Settings).office)
    return reached(rungs, stands, await plans.there(unit, set(stands.values())))


async def _tell(unit: Unit, told: Told, to: Sequence[Reached]) -> None:
    """One notice for each person, subject and step, however often it is told."""
    if not to:
        return
    words = await templates.words(unit, told.template)
    rows = [_row(unit, told, words, one) for one in to]
    new = insert(Notice).values(rows)
    once = new.on_conflict_do_nothing(index_elements=["official", "subject", "step"])
    ids = await unit.session.execute(once.returning(Notice.id, Notice.official, Notice.agency))
    kept: Sequence[Any] = ids.all()
    await deliveries.queue(unit, kept, urgent=told.urgent)
    for row in kept:
        _changed(unit, row.official)


def _row(unit: Unit, told: Told, words: wording.Words, to: Reached) -> dict[str, Any]:
    title, body = wording.fill(words, told.facts)
    about = told.about
    return {
        "id": uuid4(),
        "version": 1,
        "created_at": unit.now,
        "official": to.official,
        "agency": to.agency,
        "kind": told.kind,
        "subject": about.subject,
        "step": told.step,
        "owner": about.agency,
        "form": about.form,
        "period": about.period,
        "submission": about.submission if isinstance(about, Report) else "",
        "connector": about.connector if isinstance(about, Run) else None,
        "title_vi": title.vi,
        "title_en": title.en,
        "body_vi": body.vi,
        "body_en": body.en,
        "facts": {fact: [said.vi, said.en] for fact, said in told.facts.items()},
        "urgent": told.urgent,
        "read_at": None,
        "place": place(unit.now, read=False),
    }


async def _spare(unit: Unit, subject: str, kind: Kind) -> None:
    told = select(Notice.id).where(Notice.subject == subject, Notice.kind == kind)
    await _need_no_more(unit, Delivery.notice.in_(told))


async def _need_no_more(unit: Unit, which: Any) -> None:  # a condition of SQLAlchemy's
    queued = update(Delivery).where(Delivery.state == State.QUEUED, which)
    given = queued.values(state=State.NEEDLESS, version=Delivery.version + 1)
    await unit.session.execute(given.execution_options(synchronize_session=False))


def _changed(unit: Unit, official: UUID) -> None:
    unit.emit(events.NoticesChanged(official=name_of("officials", official)))
