"""The gRPC face of records: a message in, a use case or a query, a message out."""

from typing import Any

from sqlalchemy import Row

from saola.apis.sample.v1 import records_pb2 as pb
from saola.kit.call import ReadUnit, Unit
from saola.kit.names import id_of, name_of
from saola.kit.pb import stamp
from saola.kit.rpc import Api
from saola.kit.tables import etag_of
from saola.services.sample import queries, usecases
from saola.services.sample.models import Record

records = Api(pb.DESCRIPTOR.services_by_name["RecordsService"])


@records
async def GetRecord(unit: ReadUnit, request: pb.GetRecordRequest) -> pb.Record:
    return to_pb(await queries.record(unit, request.name))


@records
async def ListRecords(unit: ReadUnit, request: pb.ListRecordsRequest) -> pb.ListRecordsResponse:
    rows, token = await queries.newest(unit, request.page_size, request.page_token)
    return pb.ListRecordsResponse(records=map(to_pb, rows), next_page_token=token)


@records
async def CreateRecord(unit: Unit, request: pb.CreateRecordRequest) -> pb.Record:
    asked = request.record
    return to_pb(await usecases.create(unit, id_of("agencies", asked.agency), asked.title))


def to_pb(row: Record | Row[Any]) -> pb.Record:
    return pb.Record(
        name=name_of("records", row.id),
        agency=name_of("agencies", row.agency),
        title=row.title,
        create_time=stamp(row.created_at),
        etag=etag_of(row.version),
    )
