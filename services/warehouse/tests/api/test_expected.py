"""What is due, who has sent it, and the board that leaders look at before five."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from services.warehouse.tests import make

from saola.apis.identity.v1.calendar_pb2 import Day
from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import Submission
from saola.directory import copies
from saola.testing.plugin import World, refused


async def board(world: World, of: UUID = make.ROOT, date: str = "") -> pb.Board:
    stub = make.obligations_of(make.leader(world, of))
    return await stub.GetBoard(pb.GetBoardRequest(date=date))


async def expected(world: World, of: UUID = make.ROOT, **asked: Any) -> list[pb.ExpectedReport]:
    stub = make.obligations_of(make.leader(world, of))
    seen, token = list[pb.ExpectedReport](), ""
    while token or not seen:
        request = pb.ListExpectedReportsRequest(page_size=2, page_token=token, **asked)
        page = await stub.ListExpectedReports(request)
        seen, token = [*seen, *page.reports], page.next_page_token
        if not token:
            break
    return seen


async def test_the_board_shows_who_has_sent_and_who_has_not(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    before = await board(world)
    assert [cell.agency_title for cell in before.cells] == ["Sở Giáo dục và Đào tạo", "Sở Y tế"]
    assert (before.date, before.agencies, before.complete) == (make.TODAY, 2, 0)
    assert before.next_due_time.ToDatetime(UTC) == datetime(2026, 11, 20, 10, tzinfo=UTC)

    sent = await make.sent(world, form, {"1": "12"})

    after = await board(world)
    [schools, health] = after.cells
    assert (health.expected, health.submitted, health.late) == (1, 1, 0)
    assert health.submit_time == sent.submit_time
    assert (schools.submitted, schools.late, after.complete) == (0, 0, 1)
    world.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    at_five = await board(world)
    assert [cell.late for cell in at_five.cells] == [1, 0]
    assert not at_five.HasField("next_due_time")
    assert at_five.last_due_time.ToDatetime(UTC) == world.now


async def test_each_sees_their_own_part_of_the_board(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    seen = await board(world, make.SCHOOLS)
    assert [cell.agency for cell in seen.cells] == [make.agency(make.SCHOOLS)]
    assert {one.agency for one in await expected(world, make.SCHOOLS)} == {
        make.agency(make.SCHOOLS)
    }
    assert await expected(world, make.SCHOOLS, agency=make.agency(make.HEALTH)) == []


async def test_expected_reports_come_by_due_time_and_know_what_was_begun(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    sent = await make.sent(world, form, {"1": "12"}, period="2026-11-19")
    days = {"due_from": "2026-11-18", "due_to": "2026-11-21"}

    found = await expected(world, **days)

    assert [one.period[-2:] for one in found] == ["18", "18", "19", "19", "20", "20"]
    [begun] = [one for one in found if one.submission]
    assert (begun.submission, begun.state) == (sent.name, Submission.STATE_SUBMITTED)
    assert [one.on_time for one in found] == [False] * 4 + [True] * 2
    assert (found[0].form_code, found[0].form_title_en) == ("YT-01", "Diseases")
    still = await expected(world, **days, open=True)
    assert len(still) == 5


async def test_what_is_sent_comes_latest_first_and_is_found_by_words(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    for day in ("2026-11-17", "2026-11-18", "2026-11-19"):
        await make.sent(world, form, {"1": "12"}, period=day)
    days = {"due_from": "2026-11-16", "due_to": "2026-11-21", "submitted": True}

    sent = await expected(world, **days)

    assert [one.period[-2:] for one in sent] == ["19", "18", "17"]
    assert await expected(world, **days, query="dich benh") == sent
    assert await expected(world, **days, query=f"YT-01 {sent[0].agency_title}") == sent
    assert await expected(world, **days, query="YT_01") == []


async def test_a_month_is_due_on_its_last_day_and_only_within_its_term(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world, monthly=True)
    await make.oblige(world, form, since="2026-02-02", until="2026-05-01")
    found = await expected(world, due_from="2026-01-01", due_to="2027-01-01")
    assert [one.period for one in found] == ["2026-03", "2026-04"]
    assert [f"{one.due_time.ToDatetime():%m-%d %H}" for one in found] == ["03-31 10", "04-30 10"]


async def test_a_holiday_moves_what_is_due_on_working_days(world: World) -> None:
    await make.warehouse(world)
    asked = make.draft()
    asked.due_rule.CopyFrom(make.forms.Form.DueRule(days=1, working_days=True, time="09:30"))
    stub = make.forms_of(make.steward(world))
    draft = await stub.CreateForm(make.forms.CreateFormRequest(form=asked))
    await stub.PublishForm(make.forms.PublishFormRequest(name=draft.name, etag=draft.etag))
    await make.oblige(world, draft.name)
    report = await make.reporter(world).CreateSubmission(
        make.beginning(draft.name, {"1": "1"}, period="2026-11-20")
    )
    assert report.due_time.ToDatetime(UTC) == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    monday = Day(name="days/2026-11-23", date="2026-11-23", kind=Day.KIND_HOLIDAY, etag='"1"')
    async with world.unit("warehouse") as unit:
        await copies.keep_days(unit, [monday])

    assert not (await board(world, date="2026-11-23")).cells
    found = await expected(world, due_from="2026-11-24", due_to="2026-11-25")
    assert [one.period for one in found] == [f"2026-11-{day}" for day in (20, 21, 22, 23)]
    world.now = datetime(2026, 11, 24, 2, 29, tzinfo=UTC)
    sent = await make.reporter(world).SubmitSubmission(make.submitting(report))
    assert sent.on_time


async def test_of_many_who_look_at_once_each_sees_what_is_theirs_and_what_was_sent_before(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    early = [asyncio.ensure_future(board(world)) for _ in range(20)]
    await make.sent(world, form, {"1": "12"})
    eyes = [make.ROOT, make.HEALTH, make.SCHOOLS] * 20
    seen = await asyncio.gather(*(board(world, of=one) for one in eyes))
    await asyncio.gather(*early)

    assert [len(one.cells) for one in seen] == [2, 1, 1] * 20
    assert [one.complete for one in seen] == [1, 1, 0] * 20
    [own] = {one.cells[0].agency for one in seen[1::3]}
    [other] = {one.cells[0].agency for one in seen[2::3]}
    assert (own, other) == (make.agency(make.HEALTH), make.agency(make.SCHOOLS))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"due_from": "tomorrow"}, "due_from"),
        ({"due_from": "2026-11"}, "due_from"),
        ({"due_from": "2026-11-20", "due_to": "2026-11-20"}, "due_to"),
        ({"due_from": "2026-01-01", "due_to": "2027-12-31"}, "due_to"),
        ({"page_size": -1}, "page_size"),
    ],
)
async def test_days_that_cannot_be_asked_for_are_named(
    world: World, asked: dict[str, Any], field: str
) -> None:
    await make.warehouse(world)
    stub = make.obligations_of(make.leader(world))
    with refused("INVALID_FIELD", field=field):
        await stub.ListExpectedReports(pb.ListExpectedReportsRequest(**asked))
    with refused("INVALID_PAGE_TOKEN", field="page_token"):
        await stub.ListExpectedReports(pb.ListExpectedReportsRequest(page_token="next"))


async def test_the_board_of_a_province_takes_few_statements(world: World) -> None:
    await make.warehouse(world)
    for number in range(5):
        await make.oblige(
            world, await make.form(world, code=f"B{number}"), make.HEALTH, make.SCHOOLS
        )
    await board(world)
    spans = world.traces()
    rpc = next(span for span in spans if span.name.endswith("GetBoard"))
    asked = [span for span in spans if span.name == "SQL" and span.parent == rpc.context]
    assert 0 < len(asked) <= 4


async def test_the_board_is_shown_as_it_was(world: World) -> None:
    """Each move, and each change of what was owed, is seen from its moment on and not before."""
    await make.warehouse(world)
    form = await make.form(world)

    def at(minute: int) -> datetime:
        return make.NOON.replace(minute=minute)

    world.now = at(1)
    made = await make.oblige(world, form)
    world.now = at(2)
    begun = await make.reporter(world).CreateSubmission(make.beginning(form, {"1": "1"}))
    world.now = at(3)
    sent = await make.reporter(world).SubmitSubmission(make.submitting(begun))
    world.now = at(4)
    await make.returned(world, sent)
    world.now = at(5)
    stub = make.obligations_of(make.steward(world))
    await stub.EndObligation(pb.EndObligationRequest(name=made.name, etag=made.etag))

    seen = []
    for minute in range(6):
        asked = pb.GetBoardRequest(date=make.TODAY)
        asked.as_of.FromDatetime(at(minute))
        seen += [
            (minute, cell.expected, cell.draft, cell.submitted, cell.returned)
            for cell in (await stub.GetBoard(asked)).cells
        ]
    assert seen == [(1, 1, 0, 0, 0), (2, 1, 1, 0, 0), (3, 1, 0, 1, 0), (4, 1, 0, 0, 1)]
    asked = pb.GetBoardRequest(date=make.TODAY)
    asked.as_of.FromDatetime(datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert not (await stub.GetBoard(asked)).cells
    late = pb.ListExpectedReportsRequest(form=form, period=make.TODAY)
    late.as_of.FromDatetime(at(2))
    [was] = (await stub.ListExpectedReports(late)).reports
    assert (was.state, was.submission, was.on_time) == (
        Submission.STATE_DRAFT,
        begun.name,
        True,
    )
    with refused("MISSING_FIELD", field="form"):
        await stub.ListExpectedReports(pb.ListExpectedReportsRequest(period=make.TODAY))
