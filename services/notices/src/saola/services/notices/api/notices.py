"""The RPCs of notices: each sees their own."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from saola.apis.notices.v1 import deliveries_pb2
from saola.apis.notices.v1 import notices_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.names import name_of
from saola.kit.pb import instant, stamp
from saola.kit.rpc import Api
from saola.services.notices.models.notices import Notice
from saola.services.notices.queries import notices as queries
from saola.services.notices.usecases import notices as usecases

notices = Api(pb.DESCRIPTOR.services_by_name["NoticesService"])


@notices
async def GetNotice(unit: ReadUnit, request: pb.GetNoticeRequest) -> pb.Notice:
    row = await queries.notice(unit, request.name)
    sent = await queries.sendings(unit, [row.id])
    return to_pb(row, unit.language, sent.get(row.id, ()))


@notices
async def ListNotices(unit: ReadUnit, request: pb.ListNoticesRequest) -> pb.ListNoticesResponse:
    rows, token = await queries.mine(
        unit, request.page_size, request.page_token, unread=request.unread
    )
    sent = await queries.sendings(unit, [row.id for row in rows])
    told = (to_pb(row, unit.language, sent.get(row.id, ())) for row in rows)
    return pb.ListNoticesResponse(notices=told, next_page_token=token)


@notices
async def GetUnreadCount(
    unit: ReadUnit, request: pb.GetUnreadCountRequest
) -> pb.GetUnreadCountResponse:
    return pb.GetUnreadCountResponse(count=await queries.unread(unit))


@notices
async def MarkRead(unit: Unit, request: pb.MarkReadRequest) -> pb.Notice:
    notice = await usecases.mark_read(unit, request.name)
    sent = await queries.sendings(unit, [notice.id])
    return to_pb(notice, unit.language, sent.get(notice.id, ()))


@notices
async def MarkAllRead(unit: Unit, request: pb.MarkAllReadRequest) -> pb.MarkAllReadResponse:
    until = instant(request.until, "until") if request.HasField("until") else unit.now
    return pb.MarkAllReadResponse(count=await usecases.mark_all_read(unit, until))


def to_pb(row: Notice | Row[Any], language: str, sent: Iterable[Row[Any]]) -> pb.Notice:
    english = language == "en"
    told = pb.Notice(
        name=name_of("notices", row.id),
        kind=pb.Notice.Kind.Value(f"KIND_{row.kind.name}"),
        title=row.title_en if english else row.title_vi,
        body=row.body_en if english else row.body_vi,
        step=row.step if row.kind.name == "REMINDER" else "",
        agency=name_of("agencies", row.agency),
        urgent=row.urgent,
        sendings=[
            pb.Notice.Sending(
                channel=deliveries_pb2.Channel.Value(f"CHANNEL_{one.channel.name}"),
                state=deliveries_pb2.Delivery.State.Value(f"STATE_{one.state.name}"),
            )
            for one in sent
        ],
        create_time=stamp(row.created_at),
        read_time=stamp(row.read_at) if row.read_at else None,
    )
    if row.connector:
        told.connector = name_of("connectors", row.connector)
    else:
        told.report.agency = name_of("agencies", row.owner)
        told.report.form = name_of("forms", row.form)
        told.report.period = row.period
        told.report.submission = row.submission
    return told
