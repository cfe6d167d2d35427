"""The gRPC face of what was planned and done: a message in, a query, a message out."""

from datetime import date

from saola.apis.budget.v1 import execution_pb2 as pb
from saola.kit.call import ReadUnit
from saola.kit.rpc import Api
from saola.periods.local import local_day
from saola.services.budget.api.entries import flow_pb
from saola.services.budget.domain.money import check_year, read_day
from saola.services.budget.queries import execution as queries

execution = Api(pb.DESCRIPTOR.services_by_name["ExecutionService"])


@execution
async def ListExecution(
    unit: ReadUnit, request: pb.ListExecutionRequest
) -> pb.ListExecutionResponse:
    year = check_year(request.year, "year", local_day(unit.now))
    until = read_day(request.day, "day") if request.day else date(year, 12, 31)
    by_area = request.by == pb.ListExecutionRequest.BY_AREA
    lines = await queries.execution(unit, year, until, request.agency, by_area=by_area)
    return pb.ListExecutionResponse(lines=map(_line, lines))


def _line(line: queries.Line) -> pb.ListExecutionResponse.Line:
    return pb.ListExecutionResponse.Line(
        flow=flow_pb(line.flow),
        chapter=line.chapter,
        group=line.group,
        planned=line.planned,
        done=line.done,
        area=line.area,
        initial=line.initial,
    )
