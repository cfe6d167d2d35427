"""The gRPC face of imports and quarantine: a message in, a use case or a query, a message out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from saola.apis.warehouse.v1 import quarantine_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import Value
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.services.warehouse.domain.quarantine import State, status_of
from saola.services.warehouse.queries import quarantine as queries
from saola.services.warehouse.usecases import quarantine as usecases

quarantine = Api(pb.DESCRIPTOR.services_by_name["QuarantineService"])


@quarantine
async def ListImports(unit: ReadUnit, request: pb.ListImportsRequest) -> pb.ListImportsResponse:
    asked = {"agency": request.agency, "form": request.form}
    rows, token = await queries.imports(
        unit, request.page_size, request.page_token, asked, waiting=request.waiting
    )
    states = await queries.states(unit, [row.id for row in rows])
    imports = (import_to_pb(row, states) for row in rows)
    return pb.ListImportsResponse(imports=imports, next_page_token=token)


@quarantine
async def ListQuarantine(
    unit: ReadUnit, request: pb.ListQuarantineRequest
) -> pb.ListQuarantineResponse:
    asked = {"import": getattr(request, "import"), "agency": request.agency}
    state = _state(request.state) if request.state else None
    rows, token = await queries.rows(unit, request.page_size, request.page_token, asked, state)
    told = (row_to_pb(row, unit.language) for row in rows)
    return pb.ListQuarantineResponse(rows=told, next_page_token=token)


@quarantine
async def RetryQuarantine(
    unit: Unit, request: pb.RetryQuarantineRequest
) -> pb.RetryQuarantineResponse:
    counts = await usecases.retry(unit, getattr(request, "import"), request.names)
    return pb.RetryQuarantineResponse(**counts._asdict())


@quarantine
async def DiscardQuarantine(
    unit: Unit, request: pb.DiscardQuarantineRequest
) -> pb.DiscardQuarantineResponse:
    name = getattr(request, "import")
    counts = await usecases.discard(unit, name, request.names, request.reason)
    return pb.DiscardQuarantineResponse(discarded=counts.refused, waiting=counts.waiting)


def _state(state: pb.QuarantinedRow.State.ValueType) -> State:
    try:
        return State[pb.QuarantinedRow.State.Name(state).removeprefix("STATE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="state") from error


def import_to_pb(row: Row[Any], states: Mapping[tuple[UUID, State], int]) -> pb.Import:
    return pb.Import(
        name=name_of("imports", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        channel=row.channel,
        source=row.source,
        file_name=row.file_name,
        actor=name_of("officials", row.actor),
        create_time=stamp(row.created_at),
        received=row.received,
        stored=row.stored,
        unchanged=row.unchanged,
        refused=row.refused,
        waiting=states.get((row.id, State.WAITING), 0),
        taken=states.get((row.id, State.TAKEN), 0),
        discarded=states.get((row.id, State.DISCARDED), 0),
    )


def row_to_pb(row: Row[Any], language: str) -> pb.QuarantinedRow:
    message = pb.QuarantinedRow(
        name=name_of("quarantine", row.id),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        row=row.line,
        cell=row.cell,
        period=row.period,
        value=Value(item=row.item, value=row.value, status=_status(row.status), note=row.note),
        reason=row.reason,
        message=row.en if language == "en" else row.vi,
        state=pb.QuarantinedRow.State.Value(f"STATE_{row.state.name}"),
        create_time=stamp(row.created_at),
        try_time=stamp(row.tried_at),
        tries=row.tries,
        discard_reason=row.discard_reason,
        discarder=name_of("officials", row.discarder) if row.discarder else "",
    )
    setattr(message, "import", name_of("imports", row.import_id))
    return message


def _status(written: str) -> Value.Status.ValueType:
    """What was written for a status; none, where it is no such word."""
    try:
        status = status_of(written, "status")
    except InvalidField:
        return Value.STATUS_UNSPECIFIED
    return Value.Status.Value(f"STATUS_{status.name}") if status else Value.STATUS_UNSPECIFIED
