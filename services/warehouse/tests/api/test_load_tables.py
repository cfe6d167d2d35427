"""Reports that had come in an earlier system, by a table."""

import asyncio
from typing import Any

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api.loading import REASON, load, loading, stated
from services.warehouse.tests.api.test_deadlines import owed
from services.warehouse.tests.api.test_editions import revised
from services.warehouse.tests.api.test_halfway import Killed, Mortal
from services.warehouse.tests.api.test_halfway import kept as operation_of
from services.warehouse.tests.api.test_workbooks import files, result
from sqlalchemy import select

from saola.apis.warehouse.v1 import loads_pb2 as pb
from saola.apis.warehouse.v1 import quarantine_pb2 as quarantine
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.loads_pb2_grpc import LoadsServiceStub
from saola.kit.operations import Run, Runner
from saola.kit.owed import RUNNING, Operation
from saola.options.v1 import operations_pb2
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.periods.periods import Period
from saola.services.warehouse.api.loads import load_table
from saola.services.warehouse.api.submissions import operations
from saola.testing.plugin import World, refused

pytestmark = pytest.mark.usefixtures("objects")
HEAD = "Kỳ;Mã;Giá trị;Ngày đến\n"
TWO = (
    HEAD
    + """11/2025;1;1.204;04/12/2025 16:30
12/2025;1;7;06/01/2026 08:15
11/2025;2;80,5;
12/2025;4;Đỏ;
"""
)
Response = submissions.ImportWorkbookResponse


async def monthly(world: World, *items: make.Item) -> str:
    await make.warehouse(world)
    return await owed(world, "MONTH", *items, days=5)


async def request(world: World, form: str, text: str, reason: str = REASON) -> pb.LoadTableRequest:
    file = await files(world).files.put(
        text.encode(), agency=make.HEALTH, media_type="text/csv", file_name="cu.csv"
    )
    agency = make.agency(make.HEALTH)
    return pb.LoadTableRequest(agency=agency, form=form, file=file, reason=reason)


async def begun(world: World, asked: pb.LoadTableRequest, *roles: str, of: Any = make.ROOT) -> str:
    person = world.person("steward", *roles or ["steward"], of=of)
    return (await person.asks(LoadsServiceStub).LoadTable(asked)).name


async def send(world: World, form: str, text: str) -> Response:
    name = await begun(world, await request(world, form, text))
    await world.settle()
    return await result(world, name)


async def kept(world: World, form: str) -> list[submissions.Submission]:
    asked = submissions.ListSubmissionsRequest(form=form, page_size=1000)
    found = (await make.reporter(world).ListSubmissions(asked)).submissions
    return sorted(found, key=lambda one: one.period)


async def test_a_table_says_when_each_report_had_come(world: World) -> None:
    form = await monthly(world)
    said = await send(world, form, TWO)
    assert (said.received, said.stored, said.unchanged, said.refused) == (4, 4, 0, 0)
    assert (said.loaded, said.HasField("marked")) == (2, False)
    november, december = await kept(world, form)
    assert (november.on_time, december.on_time) == (True, False)
    assert {november.state, december.state} == {submissions.Submission.STATE_LOCKED}
    asked = submissions.GetSubmissionRequest(name=november.name)
    assert make.said(await make.reporter(world).GetSubmission(asked)) == {"1": "1204", "2": "80.5"}
    page = await make.reporter(world).ListChanges(
        submissions.ListChangesRequest(submission=november.name)
    )
    assert [(one.action, one.channel, one.note) for one in page.changes] == [
        ("loaded", "csv", REASON)
    ]

    again = await send(world, form, TWO)
    assert (again.received, again.stored, again.unchanged, again.loaded) == (4, 0, 4, 0)
    [one] = await load(
        world, loading(form, stated("2025-11", "2025-12-04T16:30", {"1": "1204", "2": "80.5"}))
    )
    assert one.unchanged


async def test_a_report_of_which_a_line_is_wrong_comes_back_whole_to_be_mended(
    world: World,
) -> None:
    form = await monthly(world)
    said = await send(world, form, TWO.replace("80,5", "nhiều"))
    assert (said.received, said.stored, said.refused, said.loaded) == (4, 2, 2, 1)
    assert {(one.row, one.column, one.reason) for one in said.refusals} == {
        (2, "Kỳ", "REPORT_REFUSED"),
        (4, "Giá trị", "NOT_A_NUMBER"),
    }
    marked = (await files(world).files.get(said.marked.sha256)).decode()
    assert len(marked.splitlines()) == 3
    mended = await send(world, form, marked.replace("nhiều", "80,5"))
    assert (mended.received, mended.stored, mended.refused, mended.loaded) == (2, 2, 0, 1)
    assert [one.on_time for one in await kept(world, form)] == [True, False]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("11/2025;1;7;\n11/2025;2;80,5;\n", "CAME_MISSING"),
        ("11/2025;1;7;04/12/2025\n11/2025;2;80,5;05/12/2025\n", "CAME_TWICE"),
        ("11/2025;1;7;đầu tháng\n11/2025;2;80,5;05/12/2025\n", "NOT_A_MOMENT"),
        ("11/2025;1;7;31/10/2025\n11/2025;2;80,5;\n", "CAME_TOO_EARLY"),
        ("10/2026;1;7;21/11/2026\n10/2026;2;80,5;\n", "CAME_IN_FUTURE"),
        ("11/2026;1;7;20/11/2026\n11/2026;2;80,5;\n", "PERIOD_NOT_OVER"),
        ("12/2024;1;7;20/11/2025\n12/2024;2;80,5;\n", "NOT_OBLIGED"),
        ("11/2025;2;7;20/11/2025\n11/2025;3;thêm;\n", "ITEM_MISSING"),
    ],
)
async def test_lines_of_a_report_that_is_refused_say_why(
    world: World, lines: str, reason: str
) -> None:
    form = await monthly(world)
    said = await send(world, form, HEAD + lines)
    assert (said.received, said.refused, said.loaded) == (2, 2, 0)
    assert [(one.row, one.reason) for one in said.refusals] == [(2, reason), (3, reason)]
    assert not await kept(world, form)


async def test_nothing_of_a_load_waits_to_be_tried_again_as_an_ordinary_report(
    world: World,
) -> None:
    form = await monthly(world)
    await send(world, form, TWO.replace("80,5", "nhiều"))
    stub = make.quarantine_of(make.steward(world))
    assert not (await stub.ListImports(quarantine.ListImportsRequest())).imports


async def test_each_period_is_read_by_the_edition_that_held(world: World) -> None:
    form = await monthly(world, make.CASES, make.RATE)
    await revised(world, form, "2026-01", make.CASES, make.LEVEL)
    said = await send(world, form, TWO)
    reasons = {(one.row, one.reason) for one in said.refusals}
    assert reasons == {(3, "REPORT_REFUSED"), (5, "UNKNOWN_ITEM")}
    assert said.loaded == 1
    said = await send(world, form, HEAD + "01/2026;1;5;04/02/2026\n01/2026;4;Đỏ;\n")
    assert (said.loaded, said.stored) == (1, 2)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Kỳ;Mã;Giá trị\n11/2025;1;7\n", "Ngày đến (Came)"),
        ("Mã;Giá trị;Ngày đến\n1;7;04/12/2025\n", "Kỳ (Period)"),
    ],
)
async def test_a_table_that_lacks_a_column_is_refused(
    world: World, text: str, columns: str
) -> None:
    form = await monthly(world)
    name = await begun(world, await request(world, form, text))
    await world.settle()
    stub = make.steward(world).asks(OperationsServiceStub, of="warehouse")
    ended = await stub.GetOperation(operations_pb2.GetOperationRequest(name=name))
    assert ended.state == operations_pb2.Operation.STATE_FAILED
    assert columns in ended.error.message


async def test_only_a_steward_above_sends_one_and_says_why(world: World) -> None:
    form = await monthly(world)
    asked = await request(world, form, TWO)
    with refused("PERMISSION_DENIED"):
        await begun(world, asked, "reporter")
    with refused("OWN_LOAD"):
        await begun(world, asked, of=make.HEALTH)
    with refused("MISSING_FIELD", field="reason"):
        await begun(world, await request(world, form, TWO, ""))
    assert not await kept(world, form)


@pytest.mark.parametrize("dies_at", [1, 2])
async def test_a_second_go_goes_on_where_the_first_was_killed(world: World, dies_at: int) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    days = [Period.read("2026-03-01").shifted(n) for n in range(150)]
    lines = "".join(f"{day};1;{n};{day} 16:00\n" for n, day in enumerate(days))
    row = await waiting(world, form, HEAD + lines)
    call = Runner(world.running["warehouse"].service, operations)._call(row)
    asked = pb.LoadTableRequest.FromString(row.request)
    first = Mortal(call, row)
    first.dies_at = dies_at
    with pytest.raises(Killed):
        await load_table(call, first, asked)
    assert len(await kept(world, form)) == (dies_at - 1) * 100
    again = await operation_of(world, row)
    said = await load_table(call, Run(call, again), asked)
    assert (said.loaded, said.stored, said.refused) == (150, 150, 0)
    assert all(one.on_time for one in await kept(world, form))


async def waiting(world: World, form: str, text: str) -> Operation:
    """An operation that no worker takes, asked for by whoever has asked for another."""
    await begun(world, await request(world, form, HEAD))
    await world.settle()
    asked = await request(world, form, text)
    async with world.unit("warehouse") as unit:
        [known] = await unit.rows(select(Operation.__table__))
        one = Operation.begin("load_table", asked, make.HEALTH, known.caller, unit.now)
        one.state, one.run = RUNNING, 1
        return await unit.add(one)


async def test_two_tables_at_once_load_each_report_once(world: World) -> None:
    form = await monthly(world)
    asked = await request(world, form, TWO)
    names = await asyncio.gather(*(begun(world, asked) for _ in range(3)))
    await world.settle()
    found = [await result(world, name) for name in names]
    assert sorted(one.loaded for one in found) == [0, 0, 2]
    assert {one.refused for one in found} == {0}
