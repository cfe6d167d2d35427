"""The gRPC face of the plan: a message in, a use case or a query, a message out."""

from typing import Any

from sqlalchemy import Row

from saola.apis.budget.v1 import allocations_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.errors import InvalidField
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.budget.api.entries import flow, flow_pb, level, level_pb
from saola.services.budget.domain.entries import Group
from saola.services.budget.domain.money import read_day
from saola.services.budget.models.allocations import Allocation
from saola.services.budget.queries import allocations as queries
from saola.services.budget.usecases import allocations as usecases

allocations = Api(pb.DESCRIPTOR.services_by_name["AllocationsService"])


@allocations
async def ListAllocations(
    unit: ReadUnit, request: pb.ListAllocationsRequest
) -> pb.ListAllocationsResponse:
    rows, token = await queries.listed(
        unit, request.page_size, request.page_token, request.agency, request.year
    )
    return pb.ListAllocationsResponse(allocations=map(to_pb, rows), next_page_token=token)


@allocations
async def RecordAllocations(
    unit: Unit, request: pb.RecordAllocationsRequest
) -> pb.RecordAllocationsResponse:
    asked = [_asked(one, f"allocations[{row}].") for row, one in enumerate(request.allocations)]
    made = await usecases.record(unit, asked)
    return pb.RecordAllocationsResponse(allocations=map(to_pb, made))


@allocations
async def CorrectAllocation(unit: Unit, request: pb.CorrectAllocationRequest) -> pb.Allocation:
    made = await usecases.correct(unit, request.name, request.etag, request.amount, request.reason)
    return to_pb(made)


def _asked(said: pb.Allocation, field: str) -> usecases.Asked:
    try:
        group = Group(said.group)
    except ValueError as error:
        raise InvalidField(field=f"{field}group") from error
    return usecases.Asked(
        agency=id_of("agencies", said.agency),
        year=said.year,
        flow=flow(said.flow, f"{field}flow"),
        chapter=said.chapter,
        group=group,
        level=level(said.level, f"{field}level"),
        document=said.document,
        day=read_day(said.day, f"{field}day"),
        amount=said.amount,
    )


def to_pb(row: Allocation | Row[Any]) -> pb.Allocation:
    return pb.Allocation(
        name=name_of("allocations", row.id),
        agency=name_of("agencies", row.agency),
        year=row.year,
        flow=flow_pb(row.flow),
        chapter=row.chapter,
        group=row.group,
        level=level_pb(row.level),
        document=row.document,
        day=row.day.isoformat(),
        amount=row.amount,
        create_time=stamp(row.created_at),
        supersedes=name_of("allocations", row.supersedes) if row.supersedes else "",
        reason=row.reason,
        etag=etag_of(row.version),
    )
