"""The RPCs of the working calendar."""

from saola.apis.identity.v1 import calendar_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.rpc import Api
from saola.services.identity.domain.agencies import day
from saola.services.identity.domain.calendar import Kind
from saola.services.identity.queries import calendar as queries
from saola.services.identity.usecases import calendar as usecases
from saola.services.identity.usecases.calendar import told

calendar = Api(pb.DESCRIPTOR.services_by_name["CalendarService"])


@calendar
async def ListDays(unit: ReadUnit, request: pb.ListDaysRequest) -> pb.ListDaysResponse:
    kinds = set(Kind) if request.show_regular else set(Kind) - {Kind.REGULAR}
    rows, token = await queries.days(
        unit, request.page_size, request.page_token, request.year, kinds
    )
    return pb.ListDaysResponse(days=map(told, rows), next_page_token=token)


@calendar
async def SetDay(unit: Unit, request: pb.SetDayRequest) -> pb.Day:
    if request.day.kind not in pb.Day.Kind.values():
        raise InvalidField(field="day.kind")
    kind = Kind[pb.Day.Kind.Name(request.day.kind).removeprefix("KIND_")]
    on = day(request.day.date, "day.date")
    return told(await usecases.set_day(unit, on, kind, request.day.note))
