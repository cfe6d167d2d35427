"""Reports, what was done to them and who approved them: as messages."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.approvals_pb2 import Approval
from saola.kit.call import ReadUnit
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.tables import etag_of
from saola.services.warehouse.api.findings import finding_to_pb
from saola.services.warehouse.domain.submissions import OPEN, Action
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.models.submissions import Submission
from saola.services.warehouse.queries import approvals as decided
from saola.services.warehouse.queries import findings
from saola.services.warehouse.queries import submissions as queries


async def with_values(unit: ReadUnit, report: Submission | Row[Any]) -> pb.Submission:
    message, said = to_pb(report), await queries.said(unit, report.agency, report.id)
    message.values.extend(values_to_pb(said))
    message.findings.extend(map(finding_to_pb, await findings.of(unit, report, said)))
    if report.level:
        approved = await decided.approvals(unit, report.agency, report.id)
        message.approvals.extend(map(approval_to_pb, approved))
    return message


def moment_to_pb(then: decided.Moment) -> pb.Submission:
    """As it was: without an etag, for nobody changes what was."""
    row, sent = then.row, then.submitted
    return pb.Submission(
        name=name_of("submissions", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        period=row.period,
        state=pb.Submission.State.Value(f"STATE_{then.state.name}"),
        values=values_to_pb(then.said),
        due_time=stamp(then.due_at),
        submit_time=stamp(then.came) if sent and then.came else None,
        on_time=then.on_time,
        return_reason=then.returned.note if then.returned else "",
        create_time=stamp(row.created_at),
        findings=map(finding_to_pb, then.findings),
        edition=row.edition,
        level=len(then.approvals),
        levels=row.levels,
        approvals=map(approval_to_pb, then.approvals),
        note=sent.note if sent else "",
        load_time=stamp(sent.at) if sent and sent.action == Action.LOADED else None,
    )


def approval_to_pb(row: Row[Any]) -> Approval:
    return Approval(
        level=row.level or 1,
        actor=_actor(row.actor),
        deputy_of=_actor(row.deputy_of),
        time=stamp(row.at),
        note=row.note,
    )


def _actor(id: str) -> str:
    """Who did it, as a name: a person, or the clock of a service."""
    return name_of("officials", id) if id and not id.startswith("services/") else id


def values_to_pb(said: Mapping[str, Judged]) -> Iterable[pb.Value]:
    for item, judged in said.items():
        yield pb.Value(
            item=item, value=judged.value, status=_status(judged.status), note=judged.note
        )


def change_to_pb(row: Row[Any], entered: queries.Entered) -> pb.Change:
    return pb.Change(
        action=row.action,
        actor=_actor(row.actor),
        time=stamp(row.at),
        channel=row.channel,
        note=row.note,
        values=map(_line, entered.values),
        former_values=map(_line, entered.former),
        deputy_of=_actor(row.deputy_of),
        level=row.level or 0,
        came_time=stamp(row.came_at) if row.action == Action.LOADED else None,
    )


def to_pb(row: Submission | Row[Any]) -> pb.Submission:
    return pb.Submission(
        name=name_of("submissions", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        period=row.period,
        state=pb.Submission.State.Value(f"STATE_{row.state.name}"),
        due_time=stamp(row.due_at),
        submit_time=stamp(row.submitted_at) if row.submitted_at else None,
        on_time=bool(row.on_time),
        return_reason=row.return_reason,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
        edition=row.edition,
        level=row.level,
        levels=row.levels,
        unlock_end_time=stamp(row.unlocked_until) if row.unlocked_until else None,
        note=row.note,
        warnings=0 if row.state in OPEN else row.found,
        load_time=stamp(row.loaded_at) if row.loaded_at else None,
    )


def _line(row: Row[Any]) -> pb.Value:
    status = _status(Status[row.status.upper()])
    return pb.Value(item=row.item, value=row.value, status=status, note=row.note)


def _status(status: Status) -> pb.Value.Status.ValueType:
    """What was taken back has no status on the wire, and no value."""
    if status is Status.WITHDRAWN:
        return pb.Value.STATUS_UNSPECIFIED
    return pb.Value.Status.Value(f"STATUS_{status.name}")
