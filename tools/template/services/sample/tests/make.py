"""What the tests of the sample service are made of."""

from typing import TYPE_CHECKING
from uuid import UUID

from saola.apis.sample.v1 import records_pb2 as pb
from saola.apis.sample.v1.records_pb2_grpc import RecordsServiceStub
from saola.services.sample.app import app
from saola.testing.plugin import World

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.sample.v1.records_pb2_grpc import RecordsServiceAsyncStub

HEALTH, SCHOOLS = UUID(int=1), UUID(int=2)


async def sample(world: World) -> None:
    """The service, in a province with two departments."""
    await world.run(app)
    for agency in (HEALTH, SCHOOLS):
        await world.lineage(agency)


def reporter(world: World, of: UUID = HEALTH) -> "RecordsServiceAsyncStub":
    return world.person(f"reporter-{of.int}", "reporter", of=of).asks(RecordsServiceStub)


def asked(title: str = "Một hồ sơ", of: UUID = HEALTH, once: str = "") -> pb.CreateRecordRequest:
    record = pb.Record(agency=f"agencies/{of}", title=title)
    return pb.CreateRecordRequest(record=record, request_id=once)
