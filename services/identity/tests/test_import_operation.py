"""A directory file from the store to the tables: dry, for real, again, and by somebody below."""

import hashlib
from uuid import UUID

from sqlalchemy import func, select

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.kit.call import Call
from saola.kit.tables import lineage
from saola.options.v1 import files_pb2, operations_pb2
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.services.identity.models.agencies import Agency
from saola.testing.plugin import World, refused

from . import make

FILE = """code;name;short_name;kind;parent_code;area_code;valid_from
A1;Phòng Y tế;;division;A;;2025-01-01
A;Sở Y tế;SYT;department;T;;2025-01-01
T;Ủy ban nhân dân tỉnh;;committee;;;2025-01-01
X;Không rõ;;king;T;;
"""


async def put(world: World, text: str, of: UUID = make.ROOT) -> files_pb2.File:
    call = Call.own(world.running["identity"].service)
    return await call.files.put(
        text.encode(), agency=of, media_type="text/csv", file_name="don-vi.csv"
    )


async def done(
    world: World, file: files_pb2.File, of: UUID = make.ROOT, *, dry_run: bool = False
) -> pb.ImportAgenciesResponse:
    request = pb.ImportAgenciesRequest(file=file, dry_run=dry_run)
    begun = await make.directory(world, of).ImportAgencies(request)
    await world.settle()
    asks = world.person("mai", "administrator", of=of).asks(OperationsServiceStub, of="identity")
    ended = await asks.GetOperation(operations_pb2.GetOperationRequest(name=begun.name))
    assert ended.state == operations_pb2.Operation.STATE_SUCCEEDED, ended.error
    report = pb.ImportAgenciesResponse()
    assert ended.result.Unpack(report)
    return report


async def count(world: World) -> int:
    async with world.unit("identity") as unit:
        [[number]] = await unit.rows(select(func.count()).select_from(Agency))
    return int(number)


async def test_a_dry_run_says_what_the_real_one_does_and_keeps_nothing(
    world: World, objects: str
) -> None:
    await world.run(make.app)
    file = await put(world, FILE)
    dry = await done(world, file, dry_run=True)
    assert await count(world) == 0
    real = await done(world, file)
    assert await count(world) == 3
    dry.dry_run = False
    assert dry == real
    assert (real.created, real.refused) == (3, 1)
    assert [(one.row, one.reason, one.field) for one in real.rows[:1]] == [
        (5, "INVALID_FIELD", "kind")
    ]


async def test_a_second_run_changes_nothing_and_a_third_moves(world: World, objects: str) -> None:
    await world.run(make.app)
    await done(world, await put(world, FILE))
    again = await done(world, await put(world, FILE))
    assert (again.unchanged, again.created, again.changed, again.refused) == (3, 0, 0, 1)
    moved = FILE.replace("A1;Phòng Y tế;;division;A;;2025-01-01", "A1;Phòng;;division;T;;")
    assert (await done(world, await put(world, moved))).changed == 1
    async with world.unit("identity") as unit:
        [row] = await unit.rows(select(Agency.__table__).where(Agency.code == "A1"))
        ancestors = await unit.rows(select(lineage).where(lineage.c.agency == row.id))
    assert {one.ancestor for one in ancestors} == {row.id, make.ROOT}
    assert (row.title, row.parents[-1][1]) == ("Phòng", "2026-01-02")


async def test_nobody_imports_beyond_the_own_subtree(world: World, objects: str) -> None:
    await world.run(make.app)
    made = await make.found(world, ("T", ""), ("A", "T"), ("B", "T"))
    own = make.id_in(made["A"].name)
    text = (
        "code,name,kind,parent_code,valid_from\n"
        "B1,Dưới B,division,B,2025-01-01\n"
        "B,Khác,department,T,2025-01-01\n"
        "A1,Dưới A,division,A,2025-01-01\n"
    )
    report = await done(world, await put(world, text, own), own)
    assert {one.code: one.reason or one.outcome for one in report.rows} == {
        "B1": "UNKNOWN_PARENT",
        "B": "PERMISSION_DENIED",
        "A1": "created",
    }


async def test_a_file_of_somebody_else_is_not_there(world: World, objects: str) -> None:
    await world.run(make.app)
    made = await make.found(world, ("T", ""), ("A", "T"), ("B", "T"))
    foreign = await put(world, FILE, make.id_in(made["B"].name))
    request = pb.ImportAgenciesRequest(file=foreign)
    begun = await make.directory(world, make.id_in(made["A"].name)).ImportAgencies(request)
    await world.settle()
    asks = world.person("mai", "administrator", of=make.ROOT)
    ended = await asks.asks(OperationsServiceStub, of="identity").GetOperation(
        operations_pb2.GetOperationRequest(name=begun.name)
    )
    assert ended.state == operations_pb2.Operation.STATE_FAILED
    assert await count(world) == 3


async def test_a_file_that_is_none_fails_with_a_reason(world: World, objects: str) -> None:
    await world.run(make.app)
    file = await put(world, "không phải CSV")
    begun = await make.directory(world).ImportAgencies(pb.ImportAgenciesRequest(file=file))
    await world.settle()
    asks = world.person("mai", "administrator", of=make.ROOT)
    ended = await asks.asks(OperationsServiceStub, of="identity").GetOperation(
        operations_pb2.GetOperationRequest(name=begun.name)
    )
    assert ended.state == operations_pb2.Operation.STATE_FAILED
    assert "CSV" in ended.error.message
    with refused("MISSING_FIELD", field="file"):
        await make.directory(world).ImportAgencies(pb.ImportAgenciesRequest())
    assert file.sha256 == hashlib.sha256("không phải CSV".encode()).hexdigest()
