"""What one can do so that a decided report be open again for a while, and how that ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, and_, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Call, Unit
from saola.kit.errors import NotFound
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.services.warehouse.domain import approvals as levels
from saola.services.warehouse.domain import unlocks as rules
from saola.services.warehouse.domain.submissions import OPEN, Action, Channel
from saola.services.warehouse.domain.unlocks import State
from saola.services.warehouse.domain.values import Status
from saola.services.warehouse.models.editions import levels_of
from saola.services.warehouse.models.observations import observations as values
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.models.unlocks import Unlock
from saola.services.warehouse.queries import findings, forms, submissions
from saola.services.warehouse.queries.approvals import acting, posts_of
from saola.services.warehouse.usecases import observations, rates
from saola.services.warehouse.usecases.observations import More
from saola.services.warehouse.usecases.submissions import (
    called,
    channel_of,
    facts,
    keep_findings,
)

AT_ONCE: Final = 100


async def request(unit: Unit, submission: str, reason: str) -> Unlock:
    """One at a time: whoever asks holds the report, so two at once do not miss each other."""
    report = await unit.session.get(
        Submission, id_of("submissions", submission), with_for_update=True
    )
    if report is None:
        raise NotFound(name=submission)
    if there := await _open(unit, report):
        raise rules.UnlockRequested(unlock=there)
    unlock = await unit.add(Unlock.ask(report, unit.caller.id, reason, unit.now))
    await _note(unit, report, Action.ASKED, unlock.reason)
    by = await _edition(unit, report)
    above = levels_of(by.levels)[-1].where is levels.Where.SUPERIOR
    told = facts(unit, report) | called(by)
    unit.emit(events.UnlockRequested(unlock=unlock.name, above=above, **told))
    return unlock


async def grant(unit: Unit, name: str, etag: str, until: datetime) -> Unlock:
    unlock, report, post = await _to_decide(unit, name, etag)
    rules.check_closed(report.state)
    unlock.grant(unit.caller.id, until, unit.now)
    report.unlock(until)
    await unit.save(unlock)
    await observations.note(
        unit, report, Action.UNLOCKED, channel_of(unit), More(unlock.reason, post)
    )
    told = facts(unit, report) | called(await _edition(unit, report))
    unit.emit(events.SubmissionUnlocked(end_time=stamp(until), **told))
    return unlock


async def refuse(unit: Unit, name: str, etag: str, reason: str) -> Unlock:
    unlock, report, post = await _to_decide(unit, name, etag)
    unlock.refuse(unit.caller.id, reason, unit.now)
    await _note(unit, report, Action.DENIED, unlock.refusal, post)
    told = facts(unit, report) | called(await _edition(unit, report))
    unit.emit(events.UnlockRefused(unlock=unlock.name, **told))
    return unlock


async def _to_decide(unit: Unit, name: str, etag: str) -> tuple[Unlock, Submission, levels.Post]:
    """A request, its report, and from which post the caller decides: that of the last level, or
    the steward's."""
    unlock = await unit.get(Unlock, name)
    unlock.check_etag(etag)
    report = await unit.session.get(Submission, unlock.submission, with_for_update=True)
    if report is None:
        raise NotFound(name=name_of("submissions", unlock.submission))
    post = await acting(unit, report.agency)
    if "steward" not in unit.caller.roles:
        last = levels_of((await _edition(unit, report)).levels)[-1]
        post = levels.post_for(last, await posts_of(unit, report.agency))
    rules.check_other(unlock.requester, unit.caller.id, post.deputy_of)
    return unlock, report, post


async def _edition(unit: Unit, report: Submission) -> Row[Any]:
    return await forms.edition(unit, name_of("forms", report.form), report.edition)


async def _open(unit: Unit, report: Submission) -> str:
    found = await unit.one(
        select(Unlock.id).where(
            Unlock.agency == report.agency,
            Unlock.submission == report.id,
            Unlock.state.in_([State.REQUESTED, State.GRANTED]),
        )
    )
    return name_of("unlocks", found.id) if found else ""


async def _note(
    unit: Unit, report: Submission, action: Action, said: str, post: levels.Post | None = None
) -> None:
    """A line of its history, which has a version of its own."""
    report.touch(unit.now)
    await unit.save(report)
    await observations.note(unit, report, action, channel_of(unit), More(said, post))


async def close(unit: Unit, report: Submission) -> None:
    """The report is again what it was, and its request has come to its end."""
    report.relock()
    granted = select(Unlock).where(
        Unlock.agency == report.agency,
        Unlock.submission == report.id,
        Unlock.state == State.GRANTED,
    )
    for unlock in await unit.session.scalars(granted):
        unlock.end()


async def relock(call: Call) -> None:
    """Whatever is open beyond its time, a transaction each: one that fails keeps none back."""
    over = and_(Submission.unlocked_until <= call.now, Submission.state.in_(OPEN))
    async with call.read(system="look for unlocks that are over") as unit:
        rows = await unit.rows(select(Submission.id).where(over).limit(AT_ONCE))
    for row in rows:
        async with call.unit(system="relock a report whose time has passed") as unit:
            report = await unit.session.get(Submission, row.id, with_for_update=True)
            if report is None or report.state not in OPEN or not _over(report, unit):
                continue
            await _restore(unit, report)
            await observations.note(unit, report, Action.RELOCKED, Channel.CLOCK)
            unit.emit(events.SubmissionRelocked(**facts(unit, report)))


def _over(report: Submission, unit: Unit) -> bool:
    return report.unlocked_until is not None and report.unlocked_until <= unit.now


async def _restore(unit: Unit, report: Submission) -> None:
    """As it was before, and what was said then: what nobody has submitted counts for nothing."""
    before = report.unlocked_version or 0
    own = and_(values.c.agency == report.agency, values.c.submission == report.id)
    since = select(values.c.item).where(own, values.c.version > before)
    touched = {row.item for row in await unit.rows(since)}
    former = await unit.rows(
        select(values)
        .where(own, values.c.version <= before, values.c.item.in_(touched))
        .order_by(values.c.item, values.c.version.desc())
        .ext(distinct_on(values.c.item))
    )
    verdict = await rates.former(unit, report, before)
    await close(unit, report)
    report.touch(unit.now)
    if verdict:
        sent = await submissions.line_of(unit, report, verdict.version)
        found = await findings.when_submitted(unit, report.agency, report.id, verdict.version)
        report.take_back(verdict, sent, len(found))
        await unit.save(report)
        await rates.judge(unit, report)
        await keep_findings(unit, report, found)
    else:
        await unit.save(report)
    if touched:
        await observations.supersede(unit, report, touched)
        rows = _again(report, former, unit)
        rows += [_withdrawn(report, item, unit) for item in touched - {row.item for row in former}]
        await (await unit.connection()).execute(insert(values), rows)


def _again(report: Submission, former: Sequence[Row[Any]], unit: Unit) -> list[dict[str, Any]]:
    new = {
        "version": report.version,
        "recorded_at": unit.now,
        "recorder": unit.caller.id,
        "superseded_at": None,
    }
    return [{**dict(zip(values.c.keys(), row, strict=True)), **new} for row in former]


def _withdrawn(report: Submission, item: str, unit: Unit) -> dict[str, Any]:
    return {
        "agency": report.agency,
        "submission": report.id,
        "item": item,
        "version": report.version,
        "indicator": None,
        "period": report.period,
        "begins": report.begins,
        "status": Status.WITHDRAWN,
        "value": "",
        "number": None,
        "note": "",
        "recorded_at": unit.now,
        "recorder": unit.caller.id,
        "superseded_at": None,
    }
