"""What one can do with reports that were sent: approve them level by level, return, and lock."""

from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.kit.call import Unit
from saola.kit.names import name_of
from saola.services.warehouse.domain import approvals as rules
from saola.services.warehouse.domain import submissions
from saola.services.warehouse.domain.submissions import Action, State
from saola.services.warehouse.models.editions import levels_of
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import approvals, forms
from saola.services.warehouse.usecases import observations, unlocks
from saola.services.warehouse.usecases.observations import More
from saola.services.warehouse.usecases.submissions import called, channel_of, facts


async def give_back(unit: Unit, name: str, etag: str, reason: str) -> Submission:
    """From any level that it has reached: to whoever wrote it, who then begins at the first."""
    report = await unit.get(Submission, name)
    report.check_etag(etag)
    submissions.move(report.state, State.RETURNED)
    by = await forms.edition(unit, name_of("forms", report.form), report.edition)
    post = rules.post_for_any(
        levels_of(by.levels)[: report.level + 1], await approvals.posts_of(unit, report.agency)
    )
    report.give_back(unit.caller.id, post, reason)
    await unit.save(report)
    said = report.return_reason
    await observations.note(unit, report, Action.RETURNED, channel_of(unit), More(said, post))
    unit.emit(events.SubmissionReturned(**facts(unit, report), **called(by)))
    return report


async def approve(unit: Unit, name: str, etag: str, word: str = "") -> Submission:
    """One level further. What was unlocked is again what it was before, once it is approved."""
    report = await unit.get(Submission, name)
    report.check_etag(etag)
    submissions.move(report.state, State.APPROVED)
    by = await forms.edition(unit, name_of("forms", report.form), report.edition)
    level = levels_of(by.levels)[report.level]
    post = rules.post_for(level, await approvals.posts_of(unit, report.agency))
    before = await approvals.approved(unit, report.agency, report.id)
    report.approve(unit.caller.id, post, before)
    reached = report.level
    if report.state is State.APPROVED and report.unlocked_until:
        await unlocks.close(unit, report)
    await unit.save(report)
    said = submissions.check_word(word)
    await observations.note(
        unit, report, Action.APPROVED, channel_of(unit), More(said, post, reached)
    )
    _tell(unit, report, by)
    return report


def _tell(unit: Unit, report: Submission, by: Row[Any]) -> None:
    if report.state is State.SUBMITTED:
        unit.emit(
            events.SubmissionForwarded(
                **facts(unit, report), level=report.level, levels=report.levels
            )
        )
    else:
        unit.emit(events.SubmissionApproved(**facts(unit, report), **called(by)))


async def lock(unit: Unit, name: str, etag: str) -> Submission:
    report = await unit.get(Submission, name)
    report.check_etag(etag)
    report.lock()
    await unit.save(report)
    await observations.note(unit, report, Action.LOCKED, channel_of(unit))
    unit.emit(events.SubmissionLocked(**facts(unit, report)))
    return report
