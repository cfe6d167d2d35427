"""The gRPC face of unlocks: a message in, a use case or a query, a message out."""

from datetime import UTC
from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import unlocks_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.warehouse.domain.unlocks import State
from saola.services.warehouse.models.unlocks import Unlock
from saola.services.warehouse.queries import unlocks as queries
from saola.services.warehouse.usecases import unlocks as usecases

unlocks = Api(pb.DESCRIPTOR.services_by_name["UnlocksService"])


@unlocks
async def ListUnlocks(unit: ReadUnit, request: pb.ListUnlocksRequest) -> pb.ListUnlocksResponse:
    state = _state(request.state) if request.state else None
    rows, token = await queries.newest(
        unit, request.page_size, request.page_token, request.submission, state
    )
    return pb.ListUnlocksResponse(unlocks=map(to_pb, rows), next_page_token=token)


@unlocks
async def RequestUnlock(unit: Unit, request: pb.RequestUnlockRequest) -> pb.Unlock:
    return to_pb(await usecases.request(unit, request.submission, request.reason))


@unlocks
async def GrantUnlock(unit: Unit, request: pb.GrantUnlockRequest) -> pb.Unlock:
    until = request.end_time.ToDatetime(UTC)
    return to_pb(await usecases.grant(unit, request.name, request.etag, until))


@unlocks
async def RefuseUnlock(unit: Unit, request: pb.RefuseUnlockRequest) -> pb.Unlock:
    return to_pb(await usecases.refuse(unit, request.name, request.etag, request.reason))


def _state(state: pb.Unlock.State.ValueType) -> State:
    try:
        return State[pb.Unlock.State.Name(state).removeprefix("STATE_")]
    except (ValueError, KeyError) as error:
        raise InvalidField(field="state") from error


def to_pb(row: Unlock | Row[Any]) -> pb.Unlock:
    return pb.Unlock(
        name=name_of("unlocks", row.id),
        submission=name_of("submissions", row.submission),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        period=row.period,
        state=pb.Unlock.State.Value(f"STATE_{row.state.name}"),
        reason=row.reason,
        requester=name_of("officials", row.requester),
        decider=name_of("officials", row.decider) if row.decider else "",
        refusal=row.refusal,
        create_time=stamp(row.created_at),
        decide_time=stamp(row.decided_at) if row.decided_at else None,
        end_time=stamp(row.ends_at) if row.ends_at else None,
        etag=etag_of(row.version),
    )
