"""How the tests send a file of plans, and what they find in it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from services.warehouse.tests import make
from services.warehouse.tests.api.test_workbooks import files

from saola.apis.warehouse.v1 import plan_files_pb2 as pb
from saola.apis.warehouse.v1 import plans_pb2 as plans
from saola.apis.warehouse.v1.plan_files_pb2_grpc import PlanFilesServiceStub
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.testing.plugin import Person, World

Kind = pb.RenderPlansRequest
HEAD = "Mã chỉ tiêu;Mã đơn vị;Kỳ;Kế hoạch;Văn bản giao;Phiên bản\n"
SOURCE = "NQ 25/NQ-HĐND"


async def drawn(world: World, **asked: Any) -> bytes:
    request = Kind(**{"agency": make.agency(make.ROOT), "year": "2026", **asked})
    stub = make.steward(world).asks(PlanFilesServiceStub)
    file = await stub.RenderPlans(request)
    return await files(world).files.get(file.sha256)


async def table(world: World, **asked: Any) -> list[list[str]]:
    """The cells of one in plain text."""
    text = (await drawn(world, kind=Kind.KIND_TABLE, **asked)).decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()]


def joined(rows: Sequence[Sequence[str]]) -> bytes:
    return "\n".join(map(";".join, rows)).encode()


async def begun(world: World, data: bytes, by: Person | None = None, **asked: Any) -> Operation:
    person = by or make.steward(world)
    file = await files(world).files.put(
        data, agency=make.ROOT, media_type="text/csv", file_name="ke-hoach.csv"
    )
    request = pb.ImportPlansRequest(**{"agency": make.agency(make.ROOT), "file": file, **asked})
    return await person.asks(PlanFilesServiceStub).ImportPlans(request)


async def ended(world: World, begun: Operation, by: Person | None = None) -> Operation:
    await world.settle()
    stub = (by or make.steward(world)).asks(OperationsServiceStub, of="warehouse")
    return await stub.GetOperation(GetOperationRequest(name=begun.name))


async def sent(
    world: World, data: bytes, by: Person | None = None, **asked: Any
) -> pb.ImportPlansResponse:
    done = await ended(world, await begun(world, data, by, **asked), by)
    assert done.state == Operation.STATE_SUCCEEDED, done.error
    result = pb.ImportPlansResponse()
    done.result.Unpack(result)
    assert result.received == result.stored + result.unchanged + result.refused
    return result


async def listed(world: World, **asked: Any) -> list[plans.Plan]:
    stub = make.leader(world).asks(PlansServiceStub)
    return list((await stub.ListPlans(plans.ListPlansRequest(page_size=1000, **asked))).plans)


def told(result: pb.ImportPlansResponse) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.reason) for one in result.refusals]


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def saved(book: Workbook) -> bytes:
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
