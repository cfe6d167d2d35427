"""Reporting by CSV: download, fill in, send back."""

import asyncio
from datetime import date

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api.test_editions import revised
from services.warehouse.tests.api.test_workbooks import WRONG, files, kept, result

from saola.apis.warehouse.v1 import quarantine_pb2 as quarantine
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import tables_pb2 as tables
from saola.apis.warehouse.v1.tables_pb2_grpc import TablesServiceStub
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.testing.plugin import World, refused

pytestmark = pytest.mark.usefixtures("objects")
Response = pb.ImportWorkbookResponse
HEAD = "Mã;Giá trị;Trạng thái;Ghi chú\n"


async def download(world: World, form: str, language: str = "vi") -> str:
    stub = world.person("reporter-2", "reporter", of=make.HEALTH).asks(TablesServiceStub)
    asked = tables.RenderTableRequest(
        form=form, agency=make.agency(make.HEALTH), period=make.TODAY, language=language
    )
    drawn = await stub.RenderTable(asked)
    assert (drawn.file_name, drawn.media_type) == (
        "YT-01_2026-11-20.csv",
        "text/csv; charset=utf-8",
    )
    return (await files(world).files.get(drawn.sha256)).decode()


async def begun(
    world: World, form: str, text: str | bytes, period: str = make.TODAY, *, submit: bool = False
) -> str:
    data = text.encode() if isinstance(text, str) else text
    file = await files(world).files.put(
        data, agency=make.HEALTH, media_type="text/csv", file_name="bieu.csv"
    )
    asked = tables.ImportTableRequest(
        agency=make.agency(make.HEALTH), form=form, period=period, file=file, submit=submit
    )
    stub = world.person("reporter-2", "reporter", of=make.HEALTH).asks(TablesServiceStub)
    return (await stub.ImportTable(asked)).name


async def send(
    world: World, form: str, text: str | bytes, period: str = make.TODAY, *, submit: bool = False
) -> Response:
    name = await begun(world, form, text, period, submit=submit)
    await world.settle()
    return await result(world, name)


async def failed(world: World, form: str, text: str | bytes, period: str = make.TODAY) -> str:
    name = await begun(world, form, text, period)
    await world.settle()
    person = world.person("reporter-2", "reporter", of=make.HEALTH)
    stub = person.asks(OperationsServiceStub, of="warehouse")
    ended = await stub.GetOperation(GetOperationRequest(name=name))
    assert ended.state == Operation.STATE_FAILED
    return str(ended.error)


async def test_a_template_is_filled_in_and_submitted(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    text = await download(world, form)
    text = text.replace("Số ca mắc;;", "Số ca mắc;;12").replace("giường;;", "giường;;80,5")

    said = await send(world, form, text, submit=True)

    assert (said.received, said.stored, said.unchanged, said.refused) == (2, 2, 0, 0)
    assert said.submitted
    assert not said.HasField("marked")
    report = await kept(world, said.submission)
    assert report.state == pb.Submission.STATE_SUBMITTED
    assert make.said(report) == {"1": "12", "2": "80.5"}
    page = await make.reporter(world).ListChanges(pb.ListChangesRequest(submission=report.name))
    assert {change.channel for change in page.changes} == {"csv"}


async def test_what_was_entered_before_stands_in_the_template(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    said = {"1": "12", "2": "80.5", "3": "=A1", "4": "Đỏ"}
    await make.reporter(world).CreateSubmission(make.beginning(form, said))
    for language in ("vi", "en"):
        again = await send(world, form, await download(world, form, language))
        assert (again.received, again.stored, again.unchanged, again.refused) == (4, 0, 4, 0)


async def test_wrong_cells_are_told_by_row_and_column_and_the_right_ones_are_kept(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    text = HEAD + "1;nhiều\n2;80,5\n3;=1+1\n4;Tím\n"

    said = await send(world, form, text, submit=True)

    assert (said.received, said.stored, said.refused, said.submitted) == (4, 1, 3, False)
    assert [(one.cell, one.row, one.column, one.reason) for one in said.refusals] == [
        ("B2", 2, "Giá trị", "NOT_A_NUMBER"),
        ("B4", 4, "Giá trị", "FORMULA"),
        ("B5", 5, "Giá trị", "NOT_A_CHOICE"),
    ]
    marked = (await files(world).files.get(said.marked.sha256)).decode()
    assert len(marked.splitlines()) == 4
    mended = marked.replace("nhiều", "12").replace("'=1+1", "ghi").replace("Tím", "Xanh")
    again = await send(world, form, mended, submit=True)
    assert (again.stored, again.unchanged, again.refused, again.submitted) == (3, 0, 0, True)


async def test_a_required_item_that_is_silent_is_told_when_it_shall_be_submitted(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    said = await send(world, form, HEAD + "1;\n2;80,5\n", submit=True)
    assert [(one.cell, one.reason) for one in said.refusals] == [("B2", "ITEM_MISSING")]
    assert (said.refused, said.submitted) == (0, False)
    said = await send(world, form, HEAD + "2;80,5\n", submit=True)
    assert [(one.row, one.item, one.reason) for one in said.refusals] == [(0, "1", "ITEM_MISSING")]


async def test_a_list_is_kept_part_by_part_and_counted(world: World) -> None:
    await make.warehouse(world)
    items = [make.Item() for _ in range(20)]
    for code, item in enumerate(items, 1):
        item.CopyFrom(make.CASES)
        item.code = f"{code}"
    form = await make.form(world, *items)
    await make.oblige(world, form, since="2026-01-02")
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(260)]
    lines = [f"{day};{code};{code}" for day in days for code in range(1, 21)]
    lines[777] = lines[777].rpartition(";")[0] + ";nhiều"
    text = "Kỳ;Mã;Giá trị\n" + "\n".join(lines)

    said = await send(world, form, text, "")

    assert (said.received, said.stored, said.unchanged, said.refused) == (5200, 5179, 0, 21)
    assert not said.submission
    where = [(one.cell, one.column, one.reason) for one in said.refusals]
    assert where[0] == ("C779", "Giá trị", "NOT_A_NUMBER")
    assert where[1:] == [(f"A{row}", "Kỳ", "NOT_OBLIGED") for row in range(2, 22)]
    marked = (await files(world).files.get(said.marked.sha256)).decode()
    assert len(marked.splitlines()) == 22  # the heads, and each wrong row with its reason
    again = await send(world, form, text, "")
    assert (again.received, again.stored, again.unchanged, again.refused) == (5200, 0, 5179, 21)
    asked = quarantine.ListImportsRequest(form=form)
    stub = make.quarantine_of(world.person("reporter-2", "reporter", of=make.HEALTH))
    imports = (await stub.ListImports(asked)).imports
    counted = {(one.channel, one.received, one.stored, one.refused) for one in imports}
    assert counted == {("csv", 5200, 0, 21), ("csv", 5200, 5179, 21)}
    rows = await stub.ListQuarantine(quarantine.ListQuarantineRequest(page_size=100))
    assert {row.reason for row in rows.rows} == {"NOT_A_NUMBER", "NOT_OBLIGED"}


async def test_of_a_report_and_others_only_the_report_is_submitted(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    text = "Kỳ;Mã;Giá trị\n20/11/2026;1;12\n19/11/2026;1;7\n"

    said = await send(world, form, text, submit=True)

    assert (said.received, said.stored, said.submitted) == (2, 2, True)
    found = await make.reporter(world).ListSubmissions(pb.ListSubmissionsRequest())
    assert {one.period: one.state for one in found.submissions} == {
        make.TODAY: pb.Submission.STATE_SUBMITTED,
        "2026-11-19": pb.Submission.STATE_DRAFT,
    }


async def test_each_period_is_judged_by_its_own_edition(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    await revised(world, form, make.TODAY, make.CASES)
    text = "Kỳ;Mã;Giá trị\n18/11/2026;2;7,5\n19/11/2026;1;7\n20/11/2026;1;8\n20/11/2026;2;9\n"

    said = await send(world, form, text, "")

    assert (said.received, said.stored, said.refused) == (4, 3, 1)
    assert [(one.cell, one.reason) for one in said.refusals] == [("C5", "UNKNOWN_ITEM")]


async def test_the_same_table_twice_at_once_is_kept_once(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    text = "Kỳ;Mã;Giá trị\n20/11/2026;1;12\n20/11/2026;2;80,5\n19/11/2026;1;7\n18/11/2026;1;8\n"

    both = await asyncio.gather(begun(world, form, text), begun(world, form, text))
    await world.settle()
    said = [await result(world, name) for name in both]

    assert [(one.received, one.stored + one.unchanged) for one in said] == [(4, 4), (4, 4)]
    assert sum(one.stored for one in said) == 4


async def test_what_is_no_table_fails_with_its_reason_and_keeps_nothing(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    for text, reason in (
        (b"", "NOT_A_TABLE"),
        (HEAD + "1;5\n" + "2;\0;\n", "NOT_A_TABLE"),
        (HEAD + '1;5\n2;"80', "NOT_A_TABLE"),
        (HEAD.replace("ã", "a\u0303").replace("á", "a").encode("cp1258", "ignore"), "NOT_UNICODE"),
        ("STT;Số liệu\n1;5\n", "COLUMNS_MISSING"),
        ("Mã;Giá trị;Giá trị\n1;5;6\n", "COLUMN_TWICE"),
    ):
        assert reason in await failed(world, form, text)
    assert "COLUMNS_MISSING" in await failed(world, form, HEAD + "1;5\n", "")
    assert "NOT_A_PERIOD" in await failed(world, form, HEAD + "1;5\n", "2026-11")
    found = await make.reporter(world).ListSubmissions(pb.ListSubmissionsRequest())
    assert not found.submissions


async def test_nobody_draws_up_or_sends_the_table_of_another_agency(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    file = await files(world).files.put(
        HEAD.encode(), agency=make.HEALTH, media_type="text/csv", file_name="a.csv"
    )
    theirs = world.person("reporter-3", "reporter", of=make.SCHOOLS).asks(TablesServiceStub)
    same = {"form": form, "period": make.TODAY}
    with refused("NOT_OBLIGED"):
        await theirs.RenderTable(tables.RenderTableRequest(agency=make.agency(make.HEALTH), **same))
    with refused("NOT_FOUND"):
        await theirs.ImportTable(
            tables.ImportTableRequest(agency=make.agency(make.SCHOOLS), file=file, **same)
        )


async def test_the_same_wrong_value_has_the_same_reason_as_in_a_workbook(world: World) -> None:
    await make.warehouse(world)
    items = [make.Item() for _ in WRONG]
    for code, (item, (like, _, _)) in enumerate(zip(items, WRONG, strict=True), 1):
        item.CopyFrom(like)
        item.code = f"{code}"
    form = await make.owed(world, *items)
    lines = [f"{code};{text}\n" for code, (_, text, _) in enumerate(WRONG, 1)]

    said = await send(world, form, HEAD + "".join(lines))

    assert [one.reason for one in said.refusals] == [reason for _, _, reason in WRONG]
    assert (said.received, said.refused) == (len(WRONG), len(WRONG))
