"""What becomes of obligations and open work when agencies are merged, split, moved or founded."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from services.warehouse.tests import make

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import obligations_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2 import Submission
from saola.directory.following import turn_directory
from saola.kit.call import Call
from saola.services.warehouse.consumers import agency_changed
from saola.services.warehouse.jobs import settle_obligations
from saola.testing.plugin import World, refused

NEW = UUID(int=10)
DECEMBER = "2026-12-01"


async def tell(
    world: World, id: UUID, *, closed: str = "", successor: UUID | None = None, **more: Any
) -> None:
    """What identity tells of an agency."""
    state = Agency(
        name=make.agency(id),
        code=f"A{id.int}",
        display_name=make.NAMES.get(id, "Sở Y tế và Giáo dục"),
        kind=Agency.KIND_DEPARTMENT,
        parents=[make.BELOW_ROOT],
        valid_from=more.pop("since", "2020-01-01"),
        valid_to=closed,
        successor=make.agency(successor) if successor else "",
        etag=f'"{more.pop("revision", 2)}"',
        **more,
    )
    event = events.AgencyChanged(agency=state.name, state=state)
    async with world.unit("warehouse") as unit:
        await agency_changed(unit, event)


async def owed_by(world: World, agency: UUID) -> list[tuple[str, str, str]]:
    """From when to when an agency owes what, and after whom."""
    stub = make.obligations_of(make.steward(world))
    asked = pb.ListObligationsRequest(agency=make.agency(agency), page_size=100)
    found = (await stub.ListObligations(asked)).obligations
    return sorted((one.valid_from, one.valid_to, one.predecessor) for one in found)


async def expected(world: World, of: UUID = make.ROOT, **asked: Any) -> list[pb.ExpectedReport]:
    stub = make.obligations_of(make.leader(world, of))
    request = pb.ListExpectedReportsRequest(page_size=1000, **asked)
    return list((await stub.ListExpectedReports(request)).reports)


def moment(at: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(at)
    return stamp


async def test_whoever_takes_over_owes_from_the_day_on_which_the_other_is_no_more(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    old = await make.oblige(world, form, make.HEALTH, since="2026-01-01", until="2027-06-01")
    await tell(world, make.HEALTH, closed=DECEMBER, successor=NEW)
    await tell(world, NEW, since=DECEMBER)  # events of two agencies come in any order
    assert await owed_by(world, make.HEALTH) == [("2026-01-01", DECEMBER, "")]
    assert await owed_by(world, NEW) == [(DECEMBER, "2027-06-01", old.name)]
    stub = make.obligations_of(make.steward(world))
    listed = (await stub.ListObligations(pb.ListObligationsRequest(form=form))).obligations
    [left, heir] = sorted(listed, key=lambda one: one.valid_from)
    assert (left.successor, heir.predecessor) == (heir.name, left.name)
    assert (left.agency_title, left.successor_title) == ("Sở Y tế", "Sở Y tế và Giáo dục")
    assert (heir.agency_title, heir.predecessor_title) == (left.successor_title, "Sở Y tế")


async def test_of_two_that_are_merged_each_form_is_owed_once(world: World) -> None:
    await make.warehouse(world)
    both, one = await make.form(world, code="BOTH"), await make.form(world, code="ONE")
    await make.oblige(world, both, make.HEALTH, make.SCHOOLS)
    await make.oblige(world, one, make.SCHOOLS)
    await tell(world, NEW, since="2026-11-25")
    await tell(world, make.HEALTH, closed=DECEMBER, successor=NEW)
    await tell(world, make.SCHOOLS, closed=DECEMBER, successor=NEW)
    owed = await owed_by(world, NEW)
    assert [(first, end) for first, end, _ in owed] == [(DECEMBER, "")] * 2
    days = {"due_from": "2026-11-30", "due_to": "2026-12-02"}
    found = [(one.period, one.agency) for one in await expected(world, form=both, **days)]
    assert sorted(found) == [
        ("2026-11-30", make.agency(make.HEALTH)),
        ("2026-11-30", make.agency(make.SCHOOLS)),
        ("2026-12-01", make.agency(NEW)),
    ]


async def test_one_that_is_merged_into_another_leaves_it_what_that_has_not(world: World) -> None:
    await make.warehouse(world)
    shared, own = await make.form(world, code="SHARED"), await make.form(world, code="OWN")
    await make.oblige(world, shared, make.HEALTH, make.SCHOOLS, until="2027-03-01")
    await make.oblige(world, own, make.HEALTH)
    await tell(world, make.HEALTH, closed=DECEMBER, successor=make.SCHOOLS)
    terms = [(first, end) for first, end, _ in await owed_by(world, make.SCHOOLS)]
    assert terms == [("2026-01-01", "2027-03-01"), (DECEMBER, "")]


async def test_events_come_twice_and_people_have_the_last_word(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH)
    for _ in range(2):
        await tell(world, make.HEALTH, closed=DECEMBER, successor=make.SCHOOLS)
    stub = make.obligations_of(make.steward(world))
    asked = pb.ListObligationsRequest(agency=make.agency(make.SCHOOLS))
    [gained] = (await stub.ListObligations(asked)).obligations
    end = pb.EndObligationRequest(name=gained.name, etag=gained.etag, valid_to="2027-01-01")
    await stub.EndObligation(end)
    await tell(world, make.SCHOOLS, revision=3)
    await tell(world, make.HEALTH, closed=DECEMBER, successor=make.SCHOOLS, revision=4)
    await settle_obligations(Call.own(world.running["warehouse"].service))
    assert [(first, end) for first, end, _ in await owed_by(world, make.SCHOOLS)] == [
        (DECEMBER, "2027-01-01")
    ]


@pytest.mark.parametrize("order", [(make.HEALTH, make.SCHOOLS), (make.SCHOOLS, make.HEALTH)])
async def test_a_successor_that_is_closed_too_passes_it_on_in_either_order(
    world: World, order: tuple[UUID, UUID]
) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH)
    then = {
        make.HEALTH: {"closed": DECEMBER, "successor": make.SCHOOLS},
        make.SCHOOLS: {"closed": "2027-01-01", "successor": NEW},
    }
    for id in order:
        await tell(world, id, **then[id])
    await tell(world, NEW, since=DECEMBER)
    owed = [
        (first, end)
        for agency in (make.HEALTH, make.SCHOOLS, NEW)
        for first, end, _ in await owed_by(world, agency)
    ]
    assert owed == [("2026-01-01", DECEMBER), (DECEMBER, "2027-01-01"), ("2027-01-01", "")]


async def test_where_nobody_takes_over_it_ends(world: World) -> None:
    """So of one that is split up: a successor goes on, and the others are obliged by people."""
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH)
    await tell(world, make.HEALTH, closed=DECEMBER)
    assert await expected(world, due_from=DECEMBER, due_to="2026-12-31") == []
    with refused("AGENCY_CLOSED", closed=DECEMBER):
        await make.oblige(world, form, make.HEALTH, since="2027-01-01")
    await make.oblige(world, form, make.SCHOOLS, since=DECEMBER)
    assert len(await expected(world, due_from=DECEMBER, due_to="2026-12-31")) == 30


async def test_open_work_is_done_by_the_successor_and_stays_whose_it_was(world: World) -> None:
    """The November report of a department that is no more on 1 December, due on the 4th."""
    await make.warehouse(world)
    asked = make.draft(code="YT-M", monthly=True)
    asked.due_rule.CopyFrom(make.forms.Form.DueRule(days=4, time="17:00"))
    form = await make.published(world, asked)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    begun = await make.reporter(world).CreateSubmission(
        make.beginning(form, {"1": "5"}, period="2026-11")
    )
    before = world.now
    world.now += timedelta(minutes=1)
    await tell(world, make.HEALTH, closed=DECEMBER, successor=make.SCHOOLS)
    world.now = datetime.fromisoformat("2026-12-02T09:00+07:00")
    await turn_directory(Call.own(world.running["warehouse"].service))

    days = {"due_from": "2026-12-04", "due_to": "2026-12-05"}
    found = await expected(world, make.SCHOOLS, agency=make.agency(make.SCHOOLS), **days)
    assert [(one.agency, one.responsible) for one in found] == [
        (make.agency(make.HEALTH), make.agency(make.SCHOOLS)),
        (make.agency(make.SCHOOLS), make.agency(make.SCHOOLS)),
    ]
    assert await expected(world, agency=make.agency(make.HEALTH), **days) == []
    board = await make.obligations_of(make.leader(world)).GetBoard(
        pb.GetBoardRequest(date="2026-12-04")
    )
    [cell] = board.cells
    assert (cell.agency, cell.expected, cell.draft) == (make.agency(make.SCHOOLS), 2, 1)

    # Whoever took over finishes it; it stays the report of the one that is no more.
    sent = await make.reporter(world, make.SCHOOLS).SubmitSubmission(make.submitting(begun))
    assert (sent.agency, sent.state) == (make.agency(make.HEALTH), Submission.STATE_SUBMITTED)
    [done] = await expected(world, agency=make.agency(make.HEALTH), **days)
    assert (done.responsible, done.on_time) == (make.agency(make.HEALTH), True)
    # What was known before it was told stays answerable: the department owed December too.
    then = await expected(world, form=form, period="2026-12", as_of=moment(before))
    assert {one.agency for one in then} == {make.agency(make.HEALTH), make.agency(make.SCHOOLS)}
    now = await expected(world, form=form, period="2026-12")
    assert {one.agency for one in now} == {make.agency(make.SCHOOLS)}


async def test_who_joins_late_owes_what_begins_from_then_on(world: World) -> None:
    await make.warehouse(world)
    daily = await make.form(world, code="D")
    monthly = await make.form(world, code="M", monthly=True)
    for form in (daily, monthly):
        await make.oblige(world, form, since="2026-11-15")
    days = {"due_from": "2026-11-01", "due_to": "2026-12-01"}
    assert len(await expected(world, form=daily, **days)) == 16
    assert await expected(world, form=monthly, **days) == []
    assert len(await expected(world, form=monthly, period="2026-12")) == 1


async def test_one_that_is_moved_owes_what_it_owed_before_and_another_looks_on(
    world: World,
) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH)
    below = [
        make.BELOW_ROOT,
        Agency.Parent(agency=make.agency(make.SCHOOLS), valid_from="2026-11-20"),
    ]
    assert await expected(world, make.SCHOOLS) == []
    before = await owed_by(world, make.HEALTH)
    async with world.unit("warehouse") as unit:
        state = Agency(
            name=make.agency(make.HEALTH),
            code="A2",
            display_name="Sở Y tế",
            kind=Agency.KIND_DEPARTMENT,
            parents=below,
            valid_from="2020-01-01",
            etag='"2"',
        )
        await agency_changed(unit, events.AgencyChanged(agency=state.name, state=state))
    assert await owed_by(world, make.HEALTH) == before
    [seen] = await expected(world, make.SCHOOLS)
    assert (seen.agency, seen.responsible) == (make.agency(make.HEALTH), make.agency(make.HEALTH))


async def test_what_was_to_begin_later_never_holds(world: World) -> None:
    await make.warehouse(world)
    form = await make.form(world)
    await make.oblige(world, form, make.HEALTH, since="2027-01-01")
    world.now += timedelta(hours=1)
    await tell(world, make.HEALTH, closed=DECEMBER, successor=make.SCHOOLS)
    assert await owed_by(world, make.HEALTH) == [("2027-01-01", "2027-01-01", "")]
    [(first, end, _)] = await owed_by(world, make.SCHOOLS)
    assert (first, end) == ("2027-01-01", "")
