"""The gRPC face of reminders: a message in, a query, a message out."""

from typing import Any

from sqlalchemy import Row

from saola.apis.warehouse.v1 import reminders_pb2 as pb
from saola.kit.call import ReadUnit
from saola.kit.names import name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.services.warehouse.queries import reminders as queries

reminders = Api(pb.DESCRIPTOR.services_by_name["RemindersService"])


@reminders
async def ListReminders(
    unit: ReadUnit, request: pb.ListRemindersRequest
) -> pb.ListRemindersResponse:
    rows, token = await queries.newest(unit, request.page_size, request.page_token, request.agency)
    return pb.ListRemindersResponse(reminders=map(to_pb, rows), next_page_token=token)


def to_pb(row: Row[Any]) -> pb.Reminder:
    return pb.Reminder(
        name=name_of("reminders", row.id),
        obligation=name_of("obligations", row.obligation),
        agency=name_of("agencies", row.agency),
        form=name_of("forms", row.form),
        period=row.period,
        due_time=stamp(row.due_at),
        step=row.step,
        tell_time=stamp(row.told_at),
    )
