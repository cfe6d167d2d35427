"""What the budget reports of itself is in the warehouse the morning after, once and corrected."""

from datetime import timedelta

import pytest
from services.budget.tests import make

from saola.apis.budget.v1 import entries_pb2, projects_pb2
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.kit.call import Call
from saola.services.budget.app import app
from saola.services.budget.jobs import clock
from saola.services.warehouse.app import app as warehouse
from saola.testing.plugin import World


async def minute(world: World) -> None:
    """What the clock does each minute, and what comes of it."""
    for job in ("declare_reports", "see_what_is_due"):
        await clock.jobs[job][0](Call.own(world.running["budget"].service))
    await world.settle()


async def sent(
    world: World, of: make.UUID = make.FINANCE, period: str = make.TODAY, *, on_time: bool = True
) -> dict[str, str]:
    """What the agency has reported of a day."""
    reports = make.reporter(world, of).asks(SubmissionsServiceStub)
    listed = await reports.ListSubmissions(pb.ListSubmissionsRequest(period=period))
    [one] = listed.submissions
    whole = await reports.GetSubmission(pb.GetSubmissionRequest(name=one.name))
    assert whole.on_time is on_time
    return {value.item: value.value for value in whole.values}


async def test_the_day_is_reported_in_the_morning_after_and_corrected_once(world: World) -> None:
    world.now = make.NOON
    await world.run(warehouse, app)
    for service in ("warehouse", "budget"):
        await make.know(world, service)
    [first, *_] = await make.record(
        world, make.revenue(), make.revenue("X", 40, item="1702"), make.spending()
    )
    plan = make.allocations.RecordAllocationsRequest(allocations=[make.decided(3_000_000)])
    await make.plan(world).RecordAllocations(plan)
    late = make.road(last_day="2026-08-31")
    await make.works(world).CreateProject(projects_pb2.CreateProjectRequest(project=late))
    await minute(world)
    world.now += timedelta(hours=19)  # Saturday, 07:00
    await minute(world)
    assert await sent(world) == {
        "thu": "1500040",
        "thu_nd": "1500000",
        "thu_xnk": "40",
        "chi_tx": "700000",
        "dt_thu": "3000000",
        "dt_thu_nd": "3000000",
    }
    assert await sent(world, make.ROADS) == {"du_an": "1", "du_an_cham": "1"}
    await make.entries(world).CorrectEntry(
        entries_pb2.CorrectEntryRequest(
            name=first.name, etag=first.etag, amount=2_000_000, reason="Ghi thiếu"
        )
    )
    await minute(world)
    await minute(world)
    assert (await sent(world))["thu"] == "2000040"
    told = [one for one in await world.told() if one.type.endswith("SubmissionSubmitted")]
    assert len(told) == 3


async def test_what_the_books_say_of_the_days_before_is_told_at_once_where_the_site_wants_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAOLA_BUDGET_DAYS_BEFORE", "2")
    world.now = make.NOON
    await world.run(warehouse, app)
    for service in ("warehouse", "budget"):
        await make.know(world, service)
    days = ["2026-11-17", "2026-11-18", "2026-11-19", make.TODAY]
    await make.record(world, *(make.revenue(day=day) for day in days))
    for _ in range(2):
        await minute(world)
    for day in days[1:3]:
        assert (await sent(world, period=day, on_time=False))["thu"] == "1500000"
    told = [one for one in await world.told() if one.type.endswith("SubmissionSubmitted")]
    assert len(told) == 2  # today's is told tomorrow
