"""Reports that had come in an earlier system, with when they had come there."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from services.warehouse.tests import make
from services.warehouse.tests.api.loading import REASON, load, loaded, loading, local, stated
from services.warehouse.tests.api.test_approvals import relock
from services.warehouse.tests.api.test_deadlines import owed
from services.warehouse.tests.api.test_rates import counts, rates
from sqlalchemy import select

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.apis.warehouse.v1 import rates_pb2
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import unlocks_pb2 as unlocks
from saola.apis.warehouse.v1.observations_pb2 import ListObservationsRequest
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.kit.pb import stamp
from saola.kit.tables import audit
from saola.services.warehouse.models.submissions import Submission
from saola.testing.plugin import World, refused

MONTH = {"period": "2025-11"}
HOUR = timedelta(hours=1)


async def monthly(world: World, *items: make.Item) -> str:
    """A form of months, due on the fifth working day after."""
    await make.warehouse(world)
    return await owed(world, "MONTH", *items, days=5)


async def found(world: World, name: str, **asked: Any) -> pb.Submission:
    return await make.reporter(world).GetSubmission(pb.GetSubmissionRequest(name=name, **asked))


async def reports(world: World) -> int:
    """How many there are."""
    async with world.unit("warehouse") as unit:
        return len(await unit.rows(select(Submission.id)))


async def story(world: World, name: str) -> list[pb.Change]:
    asked = pb.ListChangesRequest(submission=name)
    return list((await make.reporter(world).ListChanges(asked)).changes)


async def test_a_report_stands_as_it_had_come(world: World) -> None:
    form = await monthly(world)
    name = await loaded(world, form, "2025-11", "2025-12-04T16:30", {"1": "12", "2": "80.5"})

    report = await found(world, name)
    assert report.state == pb.Submission.STATE_LOCKED
    assert make.said(report) == {"1": "12", "2": "80.5"}
    assert (report.on_time, report.level, list(report.approvals)) == (True, 0, [])
    assert report.submit_time.ToDatetime(None) == local("2025-12-04T16:30").replace(tzinfo=None)
    assert report.load_time == report.create_time == stamp(world.now)
    [change] = await story(world, name)
    assert (change.action, change.note, change.channel) == ("loaded", REASON, "grpc")
    assert (change.actor, change.time) == ("officials/steward", stamp(world.now))
    assert change.came_time == report.submit_time
    assert [value.value for value in change.values] == ["12", "80.5"]


async def test_it_is_told_and_audited_with_its_reason(world: World) -> None:
    form = await monthly(world)
    name = await loaded(world, form, "2025-11", "2025-12-07T08:00")
    await world.settle()
    told = [one for one in await world.told() if ".Submission" in one.type]
    assert [one.type for one in told] == [events.SubmissionLoaded.DESCRIPTOR.full_name]
    event = events.SubmissionLoaded.FromString(told[0].body)
    assert (event.submission, event.period, event.on_time) == (name, "2025-11", False)
    async with world.unit("warehouse") as unit:
        asked = select(audit.c.facts).where(audit.c.action == "LoadReport")
        [row] = await unit.rows(asked.where(audit.c.subject == name))
    assert (row.facts["reason"], row.facts["period"]) == (REASON, "2025-11")


@pytest.mark.parametrize(
    ("came", "on_time"),
    [("2025-12-05T16:59:59", True), ("2025-12-05T17:00", False), ("2025-11-01T00:00", True)],
)
async def test_timeliness_is_judged_by_when_it_had_come(
    world: World, came: str, *, on_time: bool
) -> None:
    form = await monthly(world)
    assert counts((await rates(world, **MONTH)).total)[:4] == (1, 0, 0, 1)
    await loaded(world, form, "2025-11", came)
    assert counts((await rates(world, **MONTH)).total)[:4] == (1, 1, on_time, 0)


async def test_before_the_load_nothing_was_known_of_it(world: World) -> None:
    form = await monthly(world)
    before = world.now
    world.now += HOUR
    name = await loaded(world, form, "2025-11", "2025-12-04T16:30")
    then = {"as_of": stamp(before)}
    with refused("NOT_FOUND"):
        await found(world, name, **then)
    assert counts((await rates(world, **MONTH, **then)).total)[:4] == (1, 0, 0, 1)
    year_ago = stamp(local("2025-12-30T00:00"))
    assert (await rates(world, **MONTH, as_of=year_ago)).total.submitted == 0

    now = await found(world, name)
    world.now += HOUR
    since = await found(world, name, as_of=stamp(world.now))
    now.etag = ""
    assert since == now
    group = rates_pb2.ListRatesRequest.GROUP_AGENCY
    [of] = (await rates(world, **MONTH, group=group, as_of=stamp(world.now))).rates
    assert counts(of)[:4] == (1, 1, 1, 0)


async def test_figures_hold_it_from_the_load_on(world: World) -> None:
    await make.warehouse(world)
    cases = make.Item()
    cases.CopyFrom(make.CASES)
    cases.indicator = await make.indicator(world)
    form = await owed(world, "MONTH", cases, days=5)
    stub = make.leader(world).asks(ObservationsServiceStub)
    asked = ListObservationsRequest(indicator=cases.indicator)
    before = stamp(world.now)
    world.now += HOUR
    await loaded(world, form, "2025-11", "2025-12-04T16:30")
    [one] = (await stub.ListObservations(asked)).observations
    assert (one.value, one.record_time) == ("7", stamp(world.now))
    asked.as_of.CopyFrom(before)
    assert not (await stub.ListObservations(asked)).observations


async def test_the_same_again_changes_nothing(world: World) -> None:
    form = await monthly(world)
    request = loading(form, stated("2025-11", "2025-12-04T16:30", {"1": "7"}))
    request.request_id = str(uuid4())
    [first] = await load(world, request)
    assert [first] == await load(world, request)
    request.request_id = str(uuid4())
    [again] = await load(world, request)
    assert (again.submission, again.unchanged, again.reason) == (first.submission, True, "")
    at_once = await asyncio.gather(
        *(load(world, loading(form, *request.reports, reason=f"lần {n}")) for n in range(4)),
        *(
            load(world, loading(form, stated("2025-10", "2025-11-04T08:00", {"1": "5"})))
            for _ in range(4)
        ),
    )
    assert sum(not one.unchanged for [one] in at_once) == 1
    assert len({one.submission for [one] in at_once}) == 2
    assert len(await story(world, first.submission)) == 1


@pytest.mark.parametrize(
    "other",
    [
        ("2025-12-04T16:31", {"1": "7", "2": "80.5"}),
        ("2025-12-04T16:30", {"1": "8", "2": "80.5"}),
        ("2025-12-04T16:30", {"1": "7"}),
        ("2025-12-04T16:30", {"1": "7", "2": "80.5", "3": "thêm"}),
    ],
)
async def test_what_was_loaded_is_not_loaded_otherwise(
    world: World, other: tuple[str, dict[str, str]]
) -> None:
    form = await monthly(world)
    name = await loaded(world, form, "2025-11", "2025-12-04T16:30", {"1": "7", "2": "80.5"})
    [one] = await load(world, loading(form, stated("2025-11", *other)))
    assert (one.reason, one.submission) == ("ALREADY_REPORTED", "")
    assert name in one.message
    assert make.said(await found(world, name)) == {"1": "7", "2": "80.5"}


@pytest.mark.parametrize("sent", [True, False])
async def test_a_report_that_is_there_stays_as_it_is(world: World, *, sent: bool) -> None:
    form = await monthly(world)
    stub = make.reporter(world)
    report = await stub.CreateSubmission(make.beginning(form, {"1": "7"}, "2025-11"))
    if sent:
        report = await stub.SubmitSubmission(make.submitting(report))
    one, other = await load(
        world,
        loading(
            form,
            stated("2025-11", "2025-12-04T16:30", {"1": "7"}),
            stated("2025-10", "2025-11-04T16:30", {"1": "6"}),
        ),
    )
    assert (one.reason, other.reason) == ("ALREADY_REPORTED", "")
    assert (await found(world, report.name)).etag == report.etag


@pytest.mark.parametrize(
    ("period", "came", "reason"),
    [
        ("2026-11", "2026-11-20T11:00", "PERIOD_NOT_OVER"),
        ("2026-10", "2026-11-20T12:00:01", "CAME_IN_FUTURE"),
        ("2026-10", "2026-09-30T23:59:59", "CAME_TOO_EARLY"),
        ("2024-12", "2025-01-04T08:00", "NOT_OBLIGED"),
        ("2026-Q3", "2026-10-04T08:00", "NOT_A_PERIOD"),
        ("tháng ba", "2026-04-04T08:00", "NOT_A_PERIOD"),
    ],
)
async def test_what_may_not_be_is_refused_and_leaves_nothing(
    world: World, period: str, came: str, reason: str
) -> None:
    form = await monthly(world)
    [one] = await load(world, loading(form, stated(period, came, {"1": "7"})))
    assert (one.reason, one.submission) == (reason, "")
    assert await reports(world) == 0


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"2": "80.5"}, "ITEM_MISSING"),
        ({"1": "nhiều"}, "NOT_A_NUMBER"),
        ({"1": "7", "9": "7"}, "UNKNOWN_ITEM"),
        ({"1": "nhiều", "4": "Tím"}, "INVALID_VALUES"),
    ],
)
async def test_a_report_is_loaded_whole_or_not(
    world: World, values: dict[str, str], reason: str
) -> None:
    form = await monthly(world)
    [one] = await load(world, loading(form, stated("2025-11", "2025-12-04T16:30", values)))
    assert one.reason == reason
    assert await reports(world) == 0


async def test_a_year_is_loaded_once_its_last_second_has_passed(world: World) -> None:
    await make.warehouse(world)
    form = await owed(world, "YEAR", days=10)
    report = stated("2026", "2026-12-31T23:59:58", {"1": "7"})
    world.now = local("2026-12-31T23:59:59")
    [one] = await load(world, loading(form, report))
    assert one.reason == "PERIOD_NOT_OVER"
    world.now = local("2027-01-01T00:00")
    [one] = await load(world, loading(form, report))
    assert (await found(world, one.submission)).on_time


@pytest.mark.parametrize(
    ("roles", "of", "reason"),
    [
        (["reporter", "approver"], make.ROOT, "PERMISSION_DENIED"),
        (["leader", "administrator"], make.ROOT, "PERMISSION_DENIED"),
        (["steward"], make.HEALTH, "OWN_LOAD"),
        (["steward", "leader"], make.SCHOOLS, "OWN_LOAD"),
    ],
)
async def test_only_a_steward_above_loads(
    world: World, roles: list[str], of: UUID, reason: str
) -> None:
    form = await monthly(world)
    person = world.person("somebody", *roles, of=of)
    request = loading(form, stated("2025-11", "2025-12-04T16:30", {"1": "7"}))
    with refused(reason):
        await load(world, request, person)
    assert await reports(world) == 0


async def test_a_load_says_why_and_has_its_bounds(world: World) -> None:
    form = await monthly(world)
    report = stated("2025-11", "2025-12-04T16:30", {"1": "7"})
    with refused("MISSING_FIELD", field="reason"):
        await load(world, loading(form, report, reason=" "))
    with refused("MISSING_FIELD", field="reports[0].came_time"):
        await load(world, loading(form, stated("2025-11", "", {"1": "7"})))
    with refused("TOO_MANY_REPORTS", most="100"):
        await load(world, loading(form, *[report] * 101))


async def test_it_is_corrected_as_any_other_and_stays_in_time(world: World) -> None:
    form = await monthly(world)
    name = await loaded(world, form, "2025-11", "2025-12-04T16:30")
    report = await opened(world, name)
    lan = make.reporter(world)
    changed = await lan.UpdateSubmission(make.entering(report, {"1": "9"}))
    sent = await lan.SubmitSubmission(make.submitting(changed))
    assert (sent.on_time, sent.HasField("load_time")) == (True, False)
    asked = pb.ApproveSubmissionRequest(name=name, etag=sent.etag)
    done = await make.approver(world).ApproveSubmission(asked)
    assert (done.state, done.level) == (pb.Submission.STATE_LOCKED, 1)
    actions = [change.action for change in reversed(await story(world, name))]
    assert actions == ["loaded", "asked", "unlocked", "entered", "submitted", "approved"]
    [one] = await load(world, loading(form, stated("2025-11", "2025-12-04T16:30", {"1": "7"})))
    assert one.reason == "ALREADY_REPORTED"


@pytest.mark.parametrize("sent", [True, False])
async def test_what_nobody_has_approved_is_again_what_was_loaded(
    world: World, *, sent: bool
) -> None:
    form = await monthly(world)
    name = await loaded(world, form, "2025-11", "2025-12-04T16:30")
    before = await found(world, name)
    report = await opened(world, name)
    lan = make.reporter(world)
    changed = await lan.UpdateSubmission(make.entering(report, {"1": "9"}))
    if sent:
        await make.returned(world, await lan.SubmitSubmission(make.submitting(changed)))
    world.now += 2 * HOUR
    await relock(world)
    after = await found(world, name)
    then = await found(world, name, as_of=stamp(world.now))
    before.return_reason = after.return_reason
    after.etag = before.etag
    assert after == before
    before.etag, before.return_reason = "", ""
    assert then == before
    [one] = await load(world, loading(form, stated("2025-11", "2025-12-04T16:30", {"1": "7"})))
    assert one.unchanged


async def opened(world: World, name: str) -> pb.Submission:
    """Open again for an hour."""
    lan = make.unlocks_of(world.person("reporter-2", "reporter", of=make.HEALTH))
    unlock = await lan.RequestUnlock(unlocks.RequestUnlockRequest(submission=name, reason="Nhầm"))
    until = stamp(world.now + HOUR)
    granted = unlocks.GrantUnlockRequest(name=unlock.name, etag=unlock.etag, end_time=until)
    await make.unlocks_of(make.steward(world)).GrantUnlock(granted)
    return await found(world, name)
