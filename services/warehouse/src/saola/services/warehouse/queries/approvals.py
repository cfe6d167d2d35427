"""What is asked about approvals: from where one acts, who has approved, and what was when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select

from saola.directory import queries as directory
from saola.directory.tables import agencies
from saola.kit.call import ReadUnit
from saola.kit.errors import NotFound
from saola.kit.names import name_of
from saola.kit.tables import lineage
from saola.periods.local import local_day
from saola.periods.periods import Period
from saola.services.warehouse.domain import approvals as rules
from saola.services.warehouse.domain.approvals import Approved, Post, posts
from saola.services.warehouse.domain.findings import Finding
from saola.services.warehouse.domain.submissions import COUNTED, SENDING, Action, State
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.models.forms import due_rule_of
from saola.services.warehouse.models.observations import observations
from saola.services.warehouse.models.rates import verdicts
from saola.services.warehouse.models.submissions import Submission, changes
from saola.services.warehouse.queries import findings, forms

BY_RIGHT: Final = Post(own=True)
MOST_SUCCESSORS: Final = 20
# What a move made of a report, where its line does not say so: before there were levels.
BECAME: Final[Mapping[str, State]] = {
    Action.CREATED: State.DRAFT,
    Action.SUBMITTED: State.SUBMITTED,
    Action.CORRECTED: State.SUBMITTED,
    Action.RETURNED: State.RETURNED,
    Action.APPROVED: State.APPROVED,
    Action.LOCKED: State.LOCKED,
    Action.UNLOCKED: State.UNLOCKED,
    Action.RELOCKED: State.LOCKED,
    Action.LOADED: State.LOCKED,
}


async def posts_of(unit: ReadUnit, agency: UUID) -> list[Post]:
    """The posts from which the caller may decide about a report of an agency."""
    above = select(lineage.c.ancestor).where(
        lineage.c.agency == agency, lineage.c.ancestor.in_(unit.caller.agencies)
    )
    held = [row.ancestor for row in await unit.rows(above)]
    return posts(held, dict(unit.caller.deputies), await _heirs(unit, agency))


async def acting(unit: ReadUnit, agency: UUID) -> Post:
    """From which post the caller writes: by right, where the caller is not a deputy only."""
    if not unit.caller.deputies:
        return BY_RIGHT
    found = await posts_of(unit, agency)
    return found[0] if found else BY_RIGHT


async def approvals(unit: ReadUnit, agency: UUID, submission: UUID) -> Sequence[Row[Any]]:
    """The approvals of a report since it was submitted last."""
    its = (changes.c.agency == agency, changes.c.submission == submission)
    lines = await unit.rows(select(changes).where(*its).order_by(changes.c.version))
    return rules.approvals(lines)


async def approved(unit: ReadUnit, agency: UUID, submission: UUID) -> Sequence[Approved]:
    rows = await approvals(unit, agency, submission)
    return [Approved(row.level or 1, row.actor, row.deputy_of) for row in rows]


async def _heirs(unit: ReadUnit, agency: UUID) -> set[UUID]:
    """The agency and whoever has taken over what it left: for them it is their own."""
    heirs, today = {agency}, local_day(unit.now)
    while len(heirs) < MOST_SUCCESSORS:
        row = await unit.one(
            select(agencies.c.successor).where(
                agencies.c.id == agency, agencies.c.valid_to <= today
            )
        )
        if row is None or row.successor is None or row.successor in heirs:
            break
        agency = row.successor
        heirs.add(agency)
    return heirs


@dataclass(frozen=True)
class Moment:
    """What a report was then. `row` is what it is now, for all that does not change."""

    row: Row[Any]
    state: State
    said: Mapping[str, Judged]
    submitted: Row[Any] | None
    returned: Row[Any] | None
    approvals: Sequence[Row[Any]]
    findings: Sequence[Finding]
    due_at: datetime
    # When it had come, by the verdict of then; and whether in time.
    came: datetime | None
    on_time: bool


async def as_of(unit: ReadUnit, name: str, at: datetime) -> Moment:
    """By the last line of its history before that moment; NOT_FOUND if there is none."""
    row = await unit.find(Submission, name)
    lines = await unit.rows(
        select(changes)
        .where(
            changes.c.agency == row.agency,
            changes.c.submission == row.id,
            changes.c.at <= at,
        )
        .order_by(changes.c.version)
    )
    moves = [line for line in lines if line.action in BECAME]
    if not moves:
        raise NotFound(name=name)
    state = State[moves[-1].state.upper()] if moves[-1].state else BECAME[moves[-1].action]
    held, verdict = rules.standing(lines), await _verdict(unit, row, at)
    submitted = _last(held, SENDING)
    found = list[Finding]()
    if submitted and state in COUNTED:
        found += await findings.when_submitted(unit, row.agency, row.id, submitted.version)
    returned = _last(held, {Action.RETURNED})
    return Moment(
        row,
        state,
        await _said(unit, row, at),
        submitted,
        returned,
        rules.approvals(lines),
        found,
        verdict.due_at if verdict else await _due(unit, row),
        verdict.came if verdict else None,
        verdict is not None and bool(verdict.on_time),
    )


def _last(moves: Sequence[Row[Any]], actions: Collection[Action]) -> Row[Any] | None:
    return next((line for line in reversed(moves) if line.action in actions), None)


async def _verdict(unit: ReadUnit, row: Row[Any], at: datetime) -> Row[Any] | None:
    """The last before that moment."""
    v = verdicts.c
    its = (v.agency == row.agency, v.submission == row.id, v.at <= at)
    came = func.coalesce(v.submitted_at, v.at).label("came")
    last = select(v.due_at, v.on_time, came).where(*its).order_by(v.version.desc()).limit(1)
    return await unit.one(last)


async def _due(unit: ReadUnit, row: Row[Any]) -> datetime:
    """When it was due before it was sent: by the calendar as it was known when it was begun."""
    by = await forms.edition(unit, name_of("forms", row.form), row.edition)
    calendar = await directory.calendar(unit, row.created_at)
    return due_rule_of(by).due(Period.read(row.period), calendar)


async def _said(unit: ReadUnit, row: Row[Any], at: datetime) -> Mapping[str, Judged]:
    o = observations.c
    holds = or_(o.superseded_at.is_(None), o.superseded_at > at)
    its = and_(o.agency == row.agency, o.submission == row.id)
    found = await unit.rows(
        select(o.item, o.status, o.value, o.number, o.note)
        .where(its, o.recorded_at <= at, holds, o.status != Status.WITHDRAWN)
        .order_by(o.item)
    )
    return {
        one.item: Judged(Status[one.status.upper()], one.value, one.number, one.note)
        for one in found
    }
