"""The RPCs of runs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from saola.apis.connectors.v1 import runs_pb2 as pb
from saola.kit.call import ReadUnit
from saola.kit.errors import DomainError, InvalidField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.options.v1 import files_pb2
from saola.services.connectors.domain.runs import Flaw, State, Trigger
from saola.services.connectors.models.runs import Run
from saola.services.connectors.queries import runs as queries

runs = Api(pb.DESCRIPTOR.services_by_name["RunsService"])


@runs
async def GetRun(unit: ReadUnit, request: pb.GetRunRequest) -> pb.Run:
    row = await queries.run(unit, request.name)
    run = to_pb(row, unit.language)
    run.refusals.extend(refusal_to_pb(one, unit.language) for one in row.refusals)
    return run


@runs
async def ListRuns(unit: ReadUnit, request: pb.ListRunsRequest) -> pb.ListRunsResponse:
    state = _state(request.state) if request.state else None
    rows, token = await queries.newest(
        unit, request.page_size, request.page_token, request.connector, state
    )
    return pb.ListRunsResponse(
        runs=[to_pb(row, unit.language) for row in rows], next_page_token=token
    )


def to_pb(row: Run | Row[Any], language: str) -> pb.Run:
    """Without what was refused in it row by row."""
    run = pb.Run(
        name=name_of("runs", row.id),
        connector=name_of("connectors", row.connector),
        agency=name_of("agencies", row.agency),
        trigger=_TRIGGERS[row.trigger],
        state=pb.Run.State.Value(f"STATE_{row.state.name}"),
        period=row.period,
        schedule_time=stamp(row.scheduled_at),
        begin_time=stamp(row.began_at) if row.began_at else None,
        end_time=stamp(row.ended_at) if row.ended_at else None,
        attempts=row.attempts,
        next_attempt_time=stamp(row.next_at) if row.next_at else None,
        url=row.url,
        status=row.status,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        rows=row.rows,
        received=row.stored + row.unchanged + row.refused,
        stored=row.stored,
        unchanged=row.unchanged,
        refused=row.refused,
        refusal=refusal_to_pb(row.refusal, language) if row.refusal else None,
    )
    if row.file_name:
        kind = "application/json" if row.file_name.endswith("json") else "text/csv"
        run.file.CopyFrom(
            files_pb2.File(
                sha256=row.sha256, size=row.size, media_type=kind, file_name=row.file_name
            )
        )
    return run


def refusal_to_pb(kept: Mapping[str, Any], language: str) -> pb.Refusal:
    return pb.Refusal(
        row=kept["row"],
        period=kept["period"],
        item=kept["item"],
        reason=kept["reason"],
        message=kept["en" if language == "en" else "vi"],
    )


def flaw_to_pb(row: int, period: str, flaw: Flaw, language: str) -> pb.Refusal:
    return pb.Refusal(
        row=row,
        period=period,
        item=flaw.item,
        reason=flaw.refusal.reason,
        message=flaw.refusal.text(language),
    )


def whole_to_pb(refusal: DomainError, period: str, language: str) -> pb.Refusal:
    return flaw_to_pb(0, period, Flaw("", refusal), language)


_TRIGGERS = {
    Trigger.SCHEDULE: pb.Run.TRIGGER_SCHEDULE,
    Trigger.PERSON: pb.Run.TRIGGER_PERSON,
}


def _state(number: pb.Run.State.ValueType) -> State:
    known = {pb.Run.State.Value(f"STATE_{one.name}"): one for one in State}
    if number not in known:
        raise InvalidField(field="state")
    return known[number]
