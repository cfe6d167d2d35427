"""Values of many reports at once, by a client stream."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from services.warehouse.tests import make
from sqlalchemy import func, select

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.kit.status import Refused
from saola.services.warehouse.models.observations import observations
from saola.testing.plugin import World, refused

DAYS = [f"2026-11-{day:02}" for day in range(1, 21)]
Rows = list[tuple[str, str, str]]


def batch(form: str, rows: Rows, request_id: str = "", of: str = "") -> pb.ImportValuesRequest:
    periods, items, values = zip(*rows, strict=True) if rows else ((), (), ())
    return pb.ImportValuesRequest(
        agency=of or make.agency(make.HEALTH),
        form=form,
        periods=periods,
        items=items,
        values=values,
        request_id=request_id,
    )


async def stream(*batches: pb.ImportValuesRequest) -> AsyncIterator[pb.ImportValuesRequest]:
    for one in batches:
        yield one


def counts(said: pb.ImportValuesResponse) -> tuple[int, int, int]:
    return said.stored, said.unchanged, said.refused


async def test_reports_are_begun_and_hold_what_was_sent(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    rows = [(day, item, value) for day in DAYS for item, value in (("1", "12"), ("2", "80.50"))]

    said = await lan.ImportValues(stream(batch(form, rows[:30]), batch(form, rows[30:])))

    assert counts(said) == (40, 0, 0)
    page = await lan.ListSubmissions(pb.ListSubmissionsRequest(page_size=100))
    assert sorted(report.period for report in page.submissions) == DAYS
    read = await lan.GetSubmission(pb.GetSubmissionRequest(name=page.submissions[0].name))
    assert make.said(read) == {"1": "12", "2": "80.5"}


async def test_what_is_the_same_is_counted_and_not_written_again(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    rows: Rows = [(day, "1", "12") for day in DAYS]
    await lan.ImportValues(stream(batch(form, rows)))
    changed: Rows = [*rows[:15], *((day, "1", "13") for day in DAYS[15:]), (DAYS[0], "2", "")]

    said = await lan.ImportValues(stream(batch(form, changed)))

    assert counts(said) == (5, 16, 0)
    async with world.unit("warehouse") as unit:
        now = observations.c.superseded_at
        [count] = await unit.rows(select(func.count(), func.count(now)).select_from(observations))
    assert count == (25, 5)
    [report] = (await lan.ListSubmissions(pb.ListSubmissionsRequest(period=DAYS[-1]))).submissions
    assert make.said(await lan.GetSubmission(pb.GetSubmissionRequest(name=report.name))) == {
        "1": "13"
    }
    page = await lan.ListChanges(pb.ListChangesRequest(submission=report.name))
    assert [change.action for change in page.changes] == ["entered", "created"]
    assert [value.value for value in page.changes[0].former_values] == ["12"]
    [same] = (await lan.ListSubmissions(pb.ListSubmissionsRequest(period=DAYS[0]))).submissions
    assert same.etag == '"1"'


async def test_texts_arrive_as_they_are_and_one_row_may_take_back(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    text = 'a\tb\n\\N {1,"2"} NULL ; = \u2028 Điện Biên'
    rows: Rows = [(DAYS[0], "3", text), (DAYS[1], "3", "NULL"), (DAYS[1], "1", "7")]
    assert counts(await lan.ImportValues(stream(batch(form, rows)))) == (3, 0, 0)

    said = await lan.ImportValues(stream(batch(form, [(DAYS[1], "1", "")])))

    assert counts(said) == (1, 0, 0)
    reports = (await lan.ListSubmissions(pb.ListSubmissionsRequest())).submissions
    read = [await lan.GetSubmission(pb.GetSubmissionRequest(name=one.name)) for one in reports]
    assert {one.period: make.said(one) for one in read} == {
        DAYS[0]: {"3": text},
        DAYS[1]: {"3": "NULL"},
    }


async def test_streams_of_the_same_reports_at_once_lose_nothing(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    sent: list[Rows] = [[(day, item, f"{n}") for day in DAYS for item in "12"] for n in range(4)]

    said = await asyncio.gather(*(lan.ImportValues(stream(batch(form, rows))) for rows in sent))

    assert [counts(one) for one in said] == [(40, 0, 0)] * 4
    o = observations.c
    async with world.unit("warehouse") as unit:
        now = select(o.value, func.count()).where(o.superseded_at.is_(None)).group_by(o.value)
        [(_, standing)] = await unit.rows(now)
        versions = await unit.rows(select(o.version, func.count()).group_by(o.version))
    assert standing == 40
    assert dict(map(tuple, versions)) == {1: 40, 2: 40, 3: 40, 4: 40}


async def test_each_wrong_row_is_told_by_its_number_over_all_batches(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world, language="en")
    first: Rows = [(DAYS[0], "1", "12"), (DAYS[0], "2", "1,5"), (DAYS[0], "7", "1")]
    second: Rows = [
        ("2026-11-21", "1", "1"),
        ("2025-12-31", "1", "1"),
        ("2026-11", "1", "1"),
        (DAYS[1], "4", "Tím"),
        (DAYS[1], "1", "5"),
        (DAYS[1], "1", "6"),
    ]

    said = await lan.ImportValues(stream(batch(form, first), batch(form, second)))

    assert counts(said) == (2, 0, 7)
    assert [(one.row, one.reason) for one in said.refusals] == [
        (1, "NOT_A_NUMBER"),
        (2, "UNKNOWN_ITEM"),
        (3, "PERIOD_NOT_BEGUN"),
        (4, "NOT_OBLIGED"),
        (5, "NOT_A_PERIOD"),
        (6, "NOT_A_CHOICE"),
        (8, "DUPLICATE_ITEM"),
    ]
    assert said.refusals[0].message == "Item “2”: “1,5” is not a number."


async def test_a_batch_that_comes_twice_is_kept_once_and_answered_alike(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    once = batch(form, [(DAYS[0], "1", "12"), (DAYS[0], "2", "x")], request_id="b1")

    first = await lan.ImportValues(stream(once))
    assert await lan.ImportValues(stream(once)) == first
    with refused("REQUEST_ID_REUSED"):
        await lan.ImportValues(stream(batch(form, [(DAYS[0], "1", "13")], request_id="b1")))


async def test_a_batch_that_cannot_be_read_ends_the_stream_and_those_before_it_stay(
    world: World,
) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    good = batch(form, [(DAYS[0], "1", "12")])
    uneven = batch(form, [(DAYS[1], "1", "12")])
    uneven.values.append("13")
    many = batch(form, [(DAYS[0], "1", "12")] * 20_001)
    for wrong, reason in ((uneven, "UNEVEN_BATCH"), (many, "TOO_MANY_ROWS")):
        with refused(reason):
            await lan.ImportValues(stream(good, wrong))
    page = await lan.ListSubmissions(pb.ListSubmissionsRequest())
    assert [report.period for report in page.submissions] == [DAYS[0]]


async def test_reports_that_were_sent_are_not_touched(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))
    sent = await lan.SubmitSubmission(make.submitting(begun))

    said = await lan.ImportValues(
        stream(batch(form, [(make.TODAY, "1", "13"), (DAYS[0], "1", "1")]))
    )

    assert counts(said) == (1, 0, 1)
    assert said.refusals[0].reason == "ILLEGAL_MOVE"
    assert await lan.GetSubmission(pb.GetSubmissionRequest(name=begun.name)) == sent


async def test_nobody_sends_values_for_another_agency(world: World) -> None:
    await make.warehouse(world)
    form, theirs = await make.owed(world), make.reporter(world, make.SCHOOLS)
    sent = batch(form, [(DAYS[0], "1", "12")])
    nowhere = batch(form, [(DAYS[0], "1", "12")])
    nowhere.agency = make.agency(UUID(int=99))
    for one in (sent, nowhere):  # another's is as one that is not there
        with pytest.raises(Refused) as no:
            await theirs.ImportValues(stream(one))
        assert no.value.reason == "PERMISSION_DENIED"
    assert await world.sql("warehouse", "select count(*) from imports", "postgres") == 0


async def test_the_service_cannot_change_or_remove_what_was_observed(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    await lan.ImportValues(stream(batch(form, [(DAYS[0], "1", "12")])))
    for statement in (
        "delete from observations",
        "update observations set value = '13'",
        "delete from changes",
        "update changes set actor = 'nobody'",
    ):
        with pytest.raises(Exception, match="permission denied"):
            await world.sql("warehouse", statement)
    assert await world.sql("warehouse", "select count(*) from observations") == 0


async def test_an_empty_stream_is_answered(world: World) -> None:
    await make.warehouse(world)
    said = await make.reporter(world).ImportValues(stream())
    assert counts(said) == (0, 0, 0)
    form = await make.owed(world)
    with pytest.raises(Refused):  # a batch without rows lacks its columns
        await make.reporter(world).ImportValues(stream(batch(form, [])))
