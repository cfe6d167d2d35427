"""Rows that were refused: they wait, are tried again, are given up; and all of it is counted."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api import test_workbooks as books

from saola.apis.warehouse.v1 import quarantine_pb2 as pb
from saola.apis.warehouse.v1 import submissions_pb2 as reports
from saola.kit.call import Call
from saola.services.warehouse.usecases import quarantine as usecases
from saola.testing.plugin import Person, World, refused

Row = pb.QuarantinedRow
Sent = tuple[str, str, str]


def lan(world: World) -> Person:
    return world.person(f"reporter-{make.HEALTH.int}", "reporter", of=make.HEALTH)


async def send(world: World, form: str, *rows: Sent, id: str = "") -> reports.ImportValuesResponse:
    periods, items, values = zip(*rows, strict=True)
    batch = reports.ImportValuesRequest(
        agency=make.agency(make.HEALTH),
        form=form,
        periods=periods,
        items=items,
        values=values,
        request_id=id,
    )
    return await make.reporter(world).ImportValues(iter([batch]))


async def imports(world: World, **asked: object) -> Sequence[pb.Import]:
    stub = make.quarantine_of(lan(world))
    return (await stub.ListImports(pb.ListImportsRequest(**asked))).imports


async def waiting(world: World, of: str) -> dict[str, Row]:
    asked = pb.ListQuarantineRequest(state=Row.STATE_WAITING)
    setattr(asked, "import", of)
    rows = (await make.quarantine_of(lan(world)).ListQuarantine(asked)).rows
    return {f"{row.period} {row.value.item}": row for row in rows}


async def retry(world: World, of: str, *names: str) -> pb.RetryQuarantineResponse:
    asked = pb.RetryQuarantineRequest(names=names)
    setattr(asked, "import", of)
    return await make.quarantine_of(lan(world)).RetryQuarantine(asked)


async def discard(world: World, of: str, *names: str) -> pb.DiscardQuarantineResponse:
    asked = pb.DiscardQuarantineRequest(names=names, reason="Gửi nhầm")
    setattr(asked, "import", of)
    return await make.quarantine_of(lan(world)).DiscardQuarantine(asked)


async def test_what_is_refused_waits_until_its_obligation_is_there(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, since="2026-11-19")
    await send(
        world,
        form,
        ("2026-11-20", "1", "5"),
        ("2026-11-18", "1", "6"),
        ("2026-11-20", "9", "7"),
        id="first",
    )

    [one] = await imports(world)
    assert (one.received, one.stored, one.unchanged, one.refused) == (3, 1, 0, 2)
    assert (one.waiting, one.channel, one.source) == (2, "grpc", "first")
    rows = await waiting(world, one.name)
    early, unknown = rows["2026-11-18 1"], rows["2026-11-20 9"]
    assert (early.reason, early.value.value, early.row, early.tries) == ("NOT_OBLIGED", "6", 1, 1)
    assert unknown.message == "Biểu không có dòng “9”."
    still = await retry(world, one.name)
    assert (still.stored, still.unchanged, still.refused, still.waiting) == (0, 0, 2, 2)

    await make.oblige(world, form, since="2026-11-01", until="2026-11-19")
    mended = await retry(world, one.name)

    assert (mended.stored, mended.refused, mended.waiting) == (1, 1, 1)
    assert (await waiting(world, one.name))["2026-11-20 9"].tries == 3
    assert (await discard(world, one.name)).discarded == 1
    [after] = await imports(world)
    assert (after.received, after.stored, after.unchanged, after.refused) == (3, 1, 0, 2)
    assert (after.waiting, after.taken, after.discarded) == (0, 1, 1)
    assert not await imports(world, waiting=True)
    again = await retry(world, one.name)
    assert (again.stored, again.refused, again.waiting) == (0, 0, 0)


async def test_a_report_that_was_sent_takes_them_once_it_is_returned(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    sent = await make.sent(world, form, {"1": "5"})
    await send(world, form, (make.TODAY, "1", "6"), (make.TODAY, "2", "80.5"))
    [one] = await imports(world)
    assert {row.reason for row in (await waiting(world, one.name)).values()} == {"ILLEGAL_MOVE"}
    back = await make.returned(world, sent)
    world.now += timedelta(minutes=5)
    await make.reporter(world).UpdateSubmission(make.entering(back, {"1": "7"}))

    answer = await retry(world, one.name)

    assert (answer.stored, answer.refused) == (1, 1)
    assert (await waiting(world, one.name))[f"{make.TODAY} 1"].reason == "NEWER_VALUE"
    asked = reports.GetSubmissionRequest(name=sent.name)
    assert make.said(await make.reporter(world).GetSubmission(asked)) == {"1": "7", "2": "80.5"}


async def test_only_those_that_are_named_are_tried(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await send(world, form, ("2026-11-18", "1", "6"), ("2026-11-17", "1", "7"))
    await make.oblige(world, form)
    [one] = await imports(world)
    name = (await waiting(world, one.name))["2026-11-17 1"].name
    answer = await retry(world, one.name, name)
    assert (answer.stored, answer.waiting) == (1, 1)
    assert (await discard(world, one.name, name)).discarded == 0  # it was taken


async def test_two_who_try_at_once_take_each_row_once(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await send(world, form, ("2026-11-18", "1", "6"), ("2026-11-17", "1", "7"))
    await make.oblige(world, form)
    [one] = await imports(world)
    answers = await asyncio.gather(retry(world, one.name), retry(world, one.name))
    assert sorted(answer.stored for answer in answers) == [0, 2]


async def test_the_same_row_twice_is_taken_once_and_a_repeated_batch_is_one_import(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    rows = [("2026-11-18", "1", "6"), ("2026-11-18", "1", "8")]
    for _ in range(2):
        await send(world, form, *rows, id="again")
    await make.oblige(world, form)
    [one] = await imports(world)
    assert one.refused == 2
    answer = await retry(world, one.name)
    assert (answer.stored, answer.refused) == (1, 1)


@pytest.mark.usefixtures("objects")
async def test_a_wrong_cell_of_a_workbook_waits_as_it_was_typed(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    data = books.filled(await books.download(world, form), {"D8": "nhiều lắm", "D9": 80.5})
    answer = await books.send(world, data)
    assert (answer.stored, answer.refused) == (1, 1)
    [one] = await imports(world)
    assert (one.received, one.stored, one.unchanged, one.refused) == (2, 1, 0, 1)
    assert (one.channel, one.file_name) == ("excel", "bieu.xlsx")
    row = (await waiting(world, one.name))[f"{make.TODAY} 1"]
    assert (row.value.value, row.reason) == ("nhiều lắm", "NOT_A_NUMBER")
    assert row.cell == answer.refusals[0].cell
    assert (await retry(world, one.name)).refused == 1


async def test_others_neither_see_nor_try_them(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await send(world, form, ("2026-11-18", "1", "6"))
    [one] = await imports(world)
    other = make.quarantine_of(world.person("stranger", "reporter", of=make.SCHOOLS))
    assert not (await other.ListImports(pb.ListImportsRequest())).imports
    assert not (await other.ListQuarantine(pb.ListQuarantineRequest())).rows
    asked = pb.RetryQuarantineRequest()
    setattr(asked, "import", one.name)
    with refused("NOT_FOUND"):
        await other.RetryQuarantine(asked)


@pytest.mark.parametrize(("days", "left"), [(399, 1), (401, 0)])
async def test_they_are_kept_as_long_as_it_is_said(world: World, days: int, left: int) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await send(world, form, ("2026-11-18", "1", "6"))
    world.now += timedelta(days=days)
    call = Call.own(world.running["warehouse"].service)
    await usecases.purge(call, call.now - timedelta(days=400))
    assert len(await imports(world)) == left
    rows = await make.quarantine_of(lan(world)).ListQuarantine(pb.ListQuarantineRequest())
    assert len(rows.rows) == left
