"""Reporting by Excel: download, fill in, send back."""

import asyncio
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from services.warehouse.tests import make
from services.warehouse.tests.api.test_import import batch, stream
from services.warehouse.tests.formats.test_lists import listed
from services.warehouse.tests.formats.test_workbooks import filled

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.kit.call import Call
from saola.kit.status import Refused
from saola.options.v1 import files_pb2
from saola.options.v1.operations_pb2 import GetOperationRequest, Operation
from saola.options.v1.operations_pb2_grpc import OperationsServiceStub
from saola.testing.plugin import World, refused

pytestmark = pytest.mark.usefixtures("objects")
Response = pb.ImportWorkbookResponse


def files(world: World) -> Call:
    return Call.own(world.running["warehouse"].service)


async def download(world: World, form: str, language: str = "vi") -> bytes:
    stub = make.forms_of(world.person("reporter-2", "reporter", of=make.HEALTH))
    asked = forms.RenderTemplateRequest(
        form=form, agency=make.agency(make.HEALTH), period=make.TODAY, language=language
    )
    return await files(world).files.get((await stub.RenderTemplate(asked)).sha256)


async def upload(world: World, data: bytes) -> files_pb2.File:
    return await files(world).files.put(
        data, agency=make.HEALTH, media_type=make.WORKBOOK, file_name="bieu.xlsx"
    )


async def begun(world: World, data: bytes) -> str:
    asked = pb.ImportWorkbookRequest(
        agency=make.agency(make.HEALTH), file=await upload(world, data)
    )
    return (await make.reporter(world).ImportWorkbook(asked)).name


async def result(world: World, name: str) -> Response:
    person = world.person("reporter-2", "reporter", of=make.HEALTH)
    stub = person.asks(OperationsServiceStub, of="warehouse")
    ended = await stub.GetOperation(GetOperationRequest(name=name))
    assert ended.state == Operation.STATE_SUCCEEDED, ended.error
    response = Response()
    ended.result.Unpack(response)
    return response


async def operation(world: World, data: bytes, *, submit: bool = False) -> Operation:
    lan, person = make.reporter(world), world.person("reporter-2", "reporter", of=make.HEALTH)
    asked = pb.ImportWorkbookRequest(
        agency=make.agency(make.HEALTH), file=await upload(world, data), submit=submit
    )
    begun = await lan.ImportWorkbook(asked)
    await world.settle()
    stub = person.asks(OperationsServiceStub, of="warehouse")
    return await stub.GetOperation(GetOperationRequest(name=begun.name))


async def send(world: World, data: bytes, *, submit: bool = False) -> Response:
    ended = await operation(world, data, submit=submit)
    assert ended.state == Operation.STATE_SUCCEEDED, ended.error
    response = Response()
    ended.result.Unpack(response)
    return response


async def kept(world: World, name: str) -> pb.Submission:
    return await make.reporter(world).GetSubmission(pb.GetSubmissionRequest(name=name))


async def test_a_workbook_is_filled_in_and_submitted(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    file = filled(await download(world, form), {"D8": 12, "D9": "80,5", "D11": "Vàng"})

    said = await send(world, file, submit=True)

    assert (said.stored, said.unchanged, said.refused, said.submitted) == (3, 0, 0, True)
    assert not said.HasField("marked")
    report = await kept(world, said.submission)
    assert report.state == pb.Submission.STATE_SUBMITTED
    assert make.said(report) == {"1": "12", "2": "80.5", "4": "Vàng"}
    page = await make.reporter(world).ListChanges(pb.ListChangesRequest(submission=report.name))
    assert {change.channel for change in page.changes} == {"excel"}


async def test_wrong_cells_come_back_marked_and_the_right_ones_are_kept(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    wrong = {"D8": "nhiều", "D9": "80,5", "D10": "=1+1", "D11": "Tím"}

    said = await send(world, filled(await download(world, form), wrong), submit=True)

    assert (said.stored, said.refused, said.submitted) == (1, 3, False)
    assert [(one.cell, one.reason) for one in said.refusals] == [
        ("D8", "NOT_A_NUMBER"),
        ("D10", "FORMULA"),
        ("D11", "NOT_A_CHOICE"),
    ]
    assert make.said(await kept(world, said.submission)) == {"2": "80.5"}
    marked = await files(world).files.get(said.marked.sha256)
    mended = filled(marked, {"D8": 12, "D10": None, "D11": "Xanh"})
    again = await send(world, mended, submit=True)
    assert (again.stored, again.unchanged, again.refused, again.submitted) == (2, 1, 0, True)


async def test_a_required_cell_that_is_empty_is_told_when_it_shall_be_submitted(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    file = filled(await download(world, form, "en"), {"D9": 80.5})
    assert (await send(world, file)).refused == 0
    said = await send(world, file, submit=True)
    assert [(one.cell, one.reason) for one in said.refusals] == [("D8", "ITEM_MISSING")]
    assert not said.submitted


async def test_what_was_entered_before_stands_in_the_workbook(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    await make.reporter(world).CreateSubmission(make.beginning(form, {"1": "12", "3": "=A1"}))
    said = await send(world, await download(world, form))
    assert (said.stored, said.unchanged, said.refused) == (0, 2, 0)


async def test_a_report_that_was_sent_takes_no_workbook(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    file = filled(await download(world, form), {"D8": 13})
    sent = await make.sent(world, form, {"1": "12"})
    ended = await operation(world, file)
    assert ended.state == Operation.STATE_FAILED
    assert ended.error.details
    assert make.said(await kept(world, sent.name)) == {"1": "12"}


async def test_what_is_no_workbook_fails_with_its_reason(world: World) -> None:
    await make.warehouse(world)
    await make.owed(world)
    ended = await operation(world, b"no workbook")
    assert ended.state == Operation.STATE_FAILED
    assert "NOT_A_WORKBOOK" in str(ended.error)


async def test_nobody_draws_up_or_sends_the_workbook_of_another_agency(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    file = await upload(world, await download(world, form))
    theirs = world.person("reporter-3", "reporter", of=make.SCHOOLS)
    asked = forms.RenderTemplateRequest(
        form=form, agency=make.agency(make.HEALTH), period=make.TODAY
    )
    with refused("NOT_OBLIGED"):
        await make.forms_of(theirs).RenderTemplate(asked)
    sending = pb.ImportWorkbookRequest(agency=make.agency(make.SCHOOLS), file=file)
    with refused("NOT_FOUND"):
        await make.reports_of(theirs).ImportWorkbook(sending)


async def test_a_list_is_kept_part_by_part_and_counted(world: World) -> None:
    await make.warehouse(world)
    items = [make.Item() for _ in range(20)]
    for code, item in enumerate(items, 1):
        item.CopyFrom(make.CASES)
        item.code = f"{code}"
    form = await make.form(world, *items)
    await make.oblige(world, form, since="2026-01-02")
    days = [date.fromordinal(date(2026, 1, 1).toordinal() + n) for n in range(260)]
    lines = [[day, f"{code}", code] for day in days for code in range(1, 21)]
    lines[777][2] = "nhiều"
    sent = listed(lines, await download(world, form))

    said = await send(world, sent)

    assert (said.received, said.stored, said.unchanged, said.refused) == (5200, 5179, 0, 21)
    assert not said.submission
    reasons = [(one.cell, one.reason) for one in said.refusals]
    assert reasons[0] == ("'Danh sách'!C782", "NOT_A_NUMBER")
    assert reasons[1:] == [(f"'Danh sách'!A{row}", "NOT_OBLIGED") for row in range(5, 25)]
    back = load_workbook(BytesIO(await files(world).files.get(said.marked.sha256)))
    assert back.worksheets[0].max_row == 22  # the heads, and each wrong line with its reason
    again = await send(world, sent)
    assert (again.received, again.stored, again.unchanged, again.refused) == (5200, 0, 5179, 21)
    assert await world.sql("warehouse", "select count(*) from observations") == 0  # without a scope
    found = await make.reporter(world).ListSubmissions(pb.ListSubmissionsRequest(page_size=1000))
    assert len(found.submissions) == 259
    assert {one.state for one in found.submissions} == {pb.Submission.STATE_DRAFT}


async def test_of_a_list_and_a_report_only_the_report_is_submitted(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    report = filled(await download(world, form), {"D8": 12})

    said = await send(world, listed([["19/11/2026", "1", 7]], report), submit=True)

    assert (said.received, said.stored, said.submitted) == (2, 2, True)
    found = await make.reporter(world).ListSubmissions(pb.ListSubmissionsRequest())
    assert {one.period: one.state for one in found.submissions} == {
        make.TODAY: pb.Submission.STATE_SUBMITTED,
        "2026-11-19": pb.Submission.STATE_DRAFT,
    }


async def test_the_same_workbook_twice_at_once_is_kept_once(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    file = filled(await download(world, form), {"D8": 12, "D9": "80,5"})
    file = listed([["19/11/2026", "1", 7], ["18/11/2026", "1", 8]], file)

    both = await asyncio.gather(begun(world, file), begun(world, file))
    await world.settle()
    said = [await result(world, name) for name in both]

    assert [(one.received, one.stored + one.unchanged) for one in said] == [(4, 4), (4, 4)]
    assert sum(one.stored for one in said) == 4  # whichever of them came first to which part


async def test_of_two_workbooks_at_once_the_last_wins_and_nothing_is_lost(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    drawn = await download(world, form)
    sent = [
        listed([["19/11/2026", "1", n]], filled(drawn, {"D8": n, f"D{9 + n}": "ghi chú"}))
        for n in (1, 2)
    ]  # the second is a wrong choice in another line

    names = await asyncio.gather(*(begun(world, file) for file in sent))
    await world.settle()
    said = [await result(world, name) for name in names]

    assert [(one.received, one.stored + one.refused) for one in said] == [(3, 3), (3, 3)]
    report = await kept(world, said[0].submission)
    page = await make.reporter(world).ListChanges(pb.ListChangesRequest(submission=report.name))
    entered = [
        value.value
        for change in reversed(page.changes)
        for value in change.values
        if value.item == "1"
    ]
    assert sorted(entered) == ["1", "2"]  # both are in the history
    assert make.said(report) == {"1": entered[-1], "3": "ghi chú"}


WRONG = (
    (make.CASES, "12a", "NOT_A_NUMBER"),
    (make.CASES, "1,5", "NOT_A_WHOLE_NUMBER"),
    (make.CASES, "-1", "BELOW_MINIMUM"),
    (make.CASES, "100001", "ABOVE_MAXIMUM"),
    (make.CASES, "9" * 19, "TOO_MANY_DIGITS"),
    (make.RATE, "80,55", "TOO_MANY_DECIMALS"),
    (make.REMARK, "x" * 2001, "TEXT_TOO_LONG"),
    (make.LEVEL, "Tím", "NOT_A_CHOICE"),
)


async def test_the_same_wrong_value_has_the_same_reason_by_every_way(world: World) -> None:
    await make.warehouse(world)
    items = [make.Item() for _ in WRONG]
    for code, (item, (like, _, _)) in enumerate(zip(items, WRONG, strict=True), 1):
        item.CopyFrom(like)
        item.code = f"{code}"
    form = await make.owed(world, *items)
    typed = {f"{code}": text for code, (_, text, _) in enumerate(WRONG, 1)}
    written = {code: text.replace(",", ".") for code, text in typed.items()}
    reasons = [reason for _, _, reason in WRONG]

    with pytest.raises(Refused) as by_grpc:
        await make.reporter(world).CreateSubmission(make.beginning(form, written))
    page = make.reporter(world, front="portal")
    with pytest.raises(Refused) as by_web:
        await page.CreateSubmission(make.beginning(form, typed))
    rows = [(make.TODAY, item, value) for item, value in written.items()]
    by_stream = await make.reporter(world).ImportValues(stream(batch(form, rows)))
    cells: dict[str, object] = {f"D{7 + int(item)}": text for item, text in typed.items()}
    by_excel = await send(world, filled(await download(world, form), cells))

    assert [one.reason for one in by_grpc.value.violations] == reasons
    assert [one.reason for one in by_web.value.violations] == reasons
    assert [one.reason for one in by_stream.refusals] == reasons
    assert [one.reason for one in by_excel.refusals] == reasons
    assert [one.cell for one in by_excel.refusals] == list(cells)
