"""The RPCs of deliveries, for those who run the site."""

from typing import Any

from sqlalchemy import Row

from saola.apis.notices.v1 import deliveries_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.notices.domain.deliveries import State
from saola.services.notices.domain.preferences import Channel
from saola.services.notices.models.deliveries import Delivery
from saola.services.notices.queries import deliveries as queries
from saola.services.notices.usecases import deliveries as usecases

deliveries = Api(pb.DESCRIPTOR.services_by_name["DeliveriesService"])


@deliveries
async def ListDeliveries(
    unit: ReadUnit, request: pb.ListDeliveriesRequest
) -> pb.ListDeliveriesResponse:
    state = _state(request.state) if request.state else None
    channel = to_channel(request.channel, "channel") if request.channel else None
    rows, token = await queries.newest(unit, request.page_size, request.page_token, state, channel)
    return pb.ListDeliveriesResponse(deliveries=map(to_pb, rows), next_page_token=token)


@deliveries
async def RetryDelivery(unit: Unit, request: pb.RetryDeliveryRequest) -> pb.Delivery:
    return to_pb(await usecases.retry(unit, request.name, request.etag))


def to_pb(row: Delivery | Row[Any]) -> pb.Delivery:
    return pb.Delivery(
        name=name_of("deliveries", row.id),
        notice=name_of("notices", row.notice),
        official=name_of("officials", row.official),
        agency=name_of("agencies", row.agency),
        channel=pb.Channel.Value(f"CHANNEL_{row.channel.name}"),
        state=pb.Delivery.State.Value(f"STATE_{row.state.name}"),
        attempts=row.attempts,
        code=row.code,
        message_id=str(row.message or ""),
        due_time=stamp(row.due_at),
        sent_time=stamp(row.sent_at) if row.sent_at else None,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
    )


def to_channel(number: pb.Channel.ValueType, field: str) -> Channel:
    known = {pb.Channel.Value(f"CHANNEL_{one.name}"): one for one in Channel}
    if number not in known:
        raise InvalidField(field=field)
    return known[number]


def _state(number: pb.Delivery.State.ValueType) -> State:
    known = {pb.Delivery.State.Value(f"STATE_{one.name}"): one for one in State}
    if number not in known:
        raise InvalidField(field="state")
    return known[number]
