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
from saola.services.notices.domain.notices import Facts, Form, Kind, Report, facts_of
from saola.services.notices.domain.plans import Reached, Rung, deciders, reached, step_of
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
    report: Report
    facts: Facts
    urgent: bool = False


async def remind(unit: Unit, step: str, report: Report, form: Form, due: datetime) -> None:
    """A report has reached a step: whom the plan names is told."""
    known = step_of(await plans.steps(unit), step)
    if known is None:
        return
    facts = facts_of(report, form, await _title(unit, report), due=due)
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
    facts = facts_of(report, form, await _title(unit, report), **moments)
    return Told(kind, f"{kind} {unit.now.isoformat()}", kind.value, report, facts)


async def spare(unit: Unit, report: Report) -> None:
    """A report was submitted: what still waits to be sent of its reminders is not sent."""
    reminders = select(Notice.id).where(
        Notice.subject == report.subject, Notice.kind == Kind.REMINDER
    )
    await _need_no_more(unit, Delivery.notice.in_(reminders))


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


async def _title(unit: Unit, report: Report) -> str:
    """What the agency is called; its id would tell nobody anything."""
    known = await directory.titles(unit, [report.agency])
    return known[report.agency].title if report.agency in known else "–"


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
    report = told.report
    return {
        "id": uuid4(),
        "version": 1,
        "created_at": unit.now,
        "official": to.official,
        "agency": to.agency,
        "kind": told.kind,
        "subject": report.subject,
        "step": told.step,
        "owner": report.agency,
        "form": report.form,
        "period": report.period,
        "submission": report.submission,
        "title_vi": title.vi,
        "title_en": title.en,
        "body_vi": body.vi,
        "body_en": body.en,
        "facts": {fact: [said.vi, said.en] for fact, said in told.facts.items()},
        "urgent": told.urgent,
        "read_at": None,
        "place": place(unit.now, read=False),
    }


async def _need_no_more(unit: Unit, which: Any) -> None:  # a condition of SQLAlchemy's
    queued = update(Delivery).where(Delivery.state == State.QUEUED, which)
    given = queued.values(state=State.NEEDLESS, version=Delivery.version + 1)
    await unit.session.execute(given.execution_options(synchronize_session=False))


def _changed(unit: Unit, official: UUID) -> None:
    unit.emit(events.NoticesChanged(official=name_of("officials", official)))
