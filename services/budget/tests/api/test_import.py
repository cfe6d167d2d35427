"""A list of the treasury from the store to the tables: dry, for real, again, of others."""

from services.budget.tests import make

from saola.apis.budget.v1 import entries_pb2 as pb
from saola.kit.call import Call
from saola.options.v1 import files_pb2, operations_pb2
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.testing.plugin import World, refused

LIST = """Ngày hạch toán;Thu/Chi;Chương;Khoản;Tiểu mục;Cấp NS;Địa bàn;Số chứng từ;Số tiền
20/11/2026;Thu;018;;1701;2;;CT-1;1.500.000
20/11/2026;Chi;018;341;6001;2;;CT-2;{spent}
20/11/2026;Thu;018;;17;2;;CT-3;1
20/11/2026;Thu;018;;1701;2;;CT-1;2
"""


async def put(world: World, text: str) -> files_pb2.File:
    call = Call.own(world.running["budget"].service)
    return await call.files.put(
        text.encode(), agency=make.FINANCE, media_type="text/csv", file_name="bang-ke.csv"
    )


async def begun(
    world: World, file: files_pb2.File, *, dry_run: bool = False
) -> operations_pb2.Operation:
    asked = pb.ImportEntriesRequest(agency=make.agency(make.FINANCE), file=file, dry_run=dry_run)
    begun = await make.entries(world).ImportEntries(asked)
    await world.settle()
    asks = make.reporter(world).asks(OperationsServiceStub, of="budget")
    return await asks.GetOperation(operations_pb2.GetOperationRequest(name=begun.name))


async def done(
    world: World, file: files_pb2.File, *, dry_run: bool = False
) -> pb.ImportEntriesResponse:
    ended = await begun(world, file, dry_run=dry_run)
    assert ended.state == operations_pb2.Operation.STATE_SUCCEEDED, ended.error
    report = pb.ImportEntriesResponse()
    assert ended.result.Unpack(report)
    return report


def counted(report: pb.ImportEntriesResponse) -> tuple[int, int, int, int]:
    return report.recorded, report.corrected, report.unchanged, report.refused


async def listed(world: World) -> list[pb.Entry]:
    answer = await make.entries(world).ListEntries(pb.ListEntriesRequest())
    return sorted(answer.entries, key=lambda one: one.document)


async def test_a_dry_run_says_what_the_real_one_does_and_a_repeat_changes_nothing(
    world: World, objects: str
) -> None:
    await make.budget(world)
    file = await put(world, LIST.format(spent="700.000"))
    dry = await done(world, file, dry_run=True)
    assert await listed(world) == []
    real = await done(world, file)
    dry.dry_run = False
    assert dry == real
    assert counted(real) == (2, 0, 0, 2)
    wrong = [(one.row, one.reason, one.field) for one in real.rows[:2]]
    assert wrong == [(4, "INVALID_CODE", "item"), (5, "DUPLICATE_LINE", "document")]
    before = await listed(world)
    assert [one.amount for one in before] == [1_500_000, 700_000]
    assert counted(await done(world, file)) == (0, 0, 2, 2)
    assert await listed(world) == before


async def test_another_amount_corrects_and_keeps_what_was_recorded(
    world: World, objects: str
) -> None:
    await make.budget(world)
    await done(world, await put(world, LIST.format(spent="700.000")))
    _, before = await listed(world)
    report = await done(world, await put(world, LIST.format(spent="650.000")))
    assert counted(report) == (0, 1, 1, 2)
    _, after = await listed(world)
    assert (after.amount, after.supersedes, after.reason) == (650_000, before.name, "bang-ke.csv")


async def test_what_is_no_list_fails_with_its_reason_and_keeps_nothing(
    world: World, objects: str
) -> None:
    await make.budget(world)
    ended = await begun(world, await put(world, "a;b\n1;2\n"))
    assert ended.state == operations_pb2.Operation.STATE_FAILED
    assert "cột" in ended.error.details[1].value.decode(errors="ignore")
    assert await listed(world) == []


async def test_a_file_of_others_is_not_there(world: World, objects: str) -> None:
    await make.budget(world)
    file = await put(world, LIST)
    asked = pb.ImportEntriesRequest(agency=make.agency(make.ROADS), file=file)
    with refused("NOT_FOUND"):
        await make.entries(world, make.ROADS).ImportEntries(asked)
