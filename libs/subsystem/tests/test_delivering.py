"""A service that reports of itself: every period once, in order, whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1 import events_pb2 as events
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1.reports_pb2_grpc import ReportsServiceStub
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.directory import copies
from saola.kit.call import Call
from saola.periods.periods import Period
from saola.services.warehouse.app import app as warehouse
from saola.subsystem import keeping, telling
from saola.subsystem.tables import deliveries
from saola.testing.plugin import World

from .counts import REPORT, Count, app, clock

SUBMITTED = events.SubmissionSubmitted.DESCRIPTOR.full_name
ROOT, HEALTH = UUID(int=1), UUID(int=2)
ON_THURSDAY = datetime(2026, 11, 19, 5, tzinfo=UTC)  # noon in Vietnam
ON_FRIDAY = datetime(2026, 11, 20, 3, tzinfo=UTC)  # 10:00
ON_SUNDAY = datetime(2026, 11, 22, 13, tzinfo=UTC)  # 20:00
THURSDAY, FRIDAY, SATURDAY = (date(2026, 11, day) for day in (19, 20, 21))


async def province(world: World) -> None:
    """The warehouse runs, and knows a department, on a Thursday at noon."""
    world.now = ON_THURSDAY
    await world.run(warehouse)
    below = Agency.Parent(agency=f"agencies/{ROOT}", valid_from="2020-01-01")
    told = [
        Agency(
            name=f"agencies/{id}",
            code=f"A{id.int}",
            display_name=f"Đơn vị {id.int}",
            kind=Agency.KIND_DEPARTMENT,
            parents=[] if id == ROOT else [below],
            valid_from="2020-01-01",
            etag='"1"',
        )
        for id in (ROOT, HEALTH)
    ]
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, told)
    await world.prepare(app)


@asynccontextmanager
async def counting(world: World) -> AsyncIterator[None]:
    """The service runs, its clock too; and then it is off."""
    async with world.serving(app):
        await minute(world)
        yield


async def minute(world: World) -> None:
    """What the clock does each minute, and what comes of it."""
    for job in ("declare_reports", "see_what_is_due"):
        await clock.jobs[job][0](Call.own(world.running["counts"].service))
    await world.settle()


async def count(world: World, day: date, number: int) -> None:
    async with world.unit("counts") as unit:
        await unit.add(Count(agency=HEALTH, day=day, number=number, created_at=unit.now))
        await keeping.changed(unit, HEALTH, [day])


async def declared(world: World) -> bool:
    async with world.unit("counts") as unit:
        return bool(await keeping.declared(unit, REPORT))


async def rows(world: World) -> list[Any]:
    async with world.unit("counts") as unit:
        return list(await unit.rows(select(deliveries).order_by(deliveries.c.begins)))


def reports(world: World) -> Any:  # the stub's types are the generated ones
    return world.person("mai", "reporter", of=HEALTH).asks(SubmissionsServiceStub)


async def sent(world: World) -> dict[str, dict[str, str]]:
    """What the warehouse has, by period."""
    listed = await reports(world).ListSubmissions(pb.ListSubmissionsRequest())
    found = {}
    for one in listed.submissions:
        whole = await reports(world).GetSubmission(pb.GetSubmissionRequest(name=one.name))
        found[one.period] = {value.item: value.value for value in whole.values}
    return found


async def order(world: World) -> list[str]:
    """The periods of the reports that were submitted, as the warehouse has told of them."""
    told = [one for one in await world.told() if one.type == SUBMITTED]
    return [events.SubmissionSubmitted.FromString(one.body).period for one in told]


async def history(world: World, row: Any) -> list[str]:
    asked = pb.ListChangesRequest(submission=row.submission)
    return [one.action for one in (await reports(world).ListChanges(asked)).changes][::-1]


async def test_two_days_off_are_made_up_for_once_and_in_order(world: World) -> None:
    await province(world)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        world.now = ON_FRIDAY
        await minute(world)
        assert await sent(world) == {"2026-11-19": {"ngay": "3", "nam": "3"}}
        await count(world, FRIDAY, 4)
        await count(world, SATURDAY, 5)
    world.now = ON_SUNDAY
    async with counting(world):
        await minute(world)
        assert await sent(world) == {
            "2026-11-19": {"ngay": "3", "nam": "3"},
            "2026-11-20": {"ngay": "4", "nam": "7"},
            "2026-11-21": {"ngay": "5", "nam": "12"},
        }
        assert [row.times for row in await rows(world)] == [1, 1, 1]
        assert await order(world) == ["2026-11-19", "2026-11-20", "2026-11-21"]


async def test_what_changes_after_it_was_delivered_is_corrected_once_with_all_that_follows(
    world: World,
) -> None:
    await province(world)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        world.now = ON_SUNDAY
        await minute(world)
        await count(world, FRIDAY, 2)
        await minute(world)
        await minute(world)
        assert await sent(world) == {
            "2026-11-19": {"ngay": "3", "nam": "3"},
            "2026-11-20": {"ngay": "2", "nam": "5"},
            "2026-11-21": {"nam": "5"},
        }
        thursday, friday, saturday = await rows(world)
        assert [thursday.times, friday.times, saturday.times] == [1, 2, 2]
        assert await history(world, friday) == ["created", "submitted", "corrected"]


async def test_back_to_an_earlier_value_is_a_correction_too(world: World) -> None:
    await province(world)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        world.now = ON_FRIDAY
        await minute(world)
        for number in (1, -1):
            await count(world, THURSDAY, number)
            await minute(world)
        assert await sent(world) == {"2026-11-19": {"ngay": "3", "nam": "3"}}
        [row] = await rows(world)
        assert await history(world, row) == ["created", "submitted", "corrected", "corrected"]


async def test_a_mark_without_a_change_delivers_nothing(world: World) -> None:
    await province(world)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        world.now = ON_FRIDAY
        await minute(world)
        await count(world, THURSDAY, 0)
        await minute(world)
        [row] = await rows(world)
        assert (row.times, row.seen, row.marked) == (1, row.marked, 2)


async def test_who_was_killed_before_it_was_noted_says_the_same_again(world: World) -> None:
    await province(world)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        async with world.unit("counts") as unit:
            form = await keeping.declared(unit, REPORT)
        assert form is not None
        # The warehouse was told, and the process ended before that was noted.
        world.now = ON_FRIDAY
        said = {"ngay": "3", "nam": "3"}
        asked = telling.delivery(HEALTH, form.form, Period.read("2026-11-19"), said, once="1")
        await world.service("counts").asks(ReportsServiceStub).DeliverReport(asked)
        await minute(world)
        [row] = await rows(world)
        assert (row.seen, row.times) == (1, 1)
        assert await history(world, row) == ["created", "submitted"]


async def test_while_the_warehouse_is_away_it_waits_and_goes_on(world: World) -> None:
    await world.prepare(warehouse)
    world.now = ON_THURSDAY
    await world.prepare(app)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        assert not await declared(world)
        async with world.serving(warehouse):
            below = Agency(
                name=f"agencies/{HEALTH}",
                code="A2",
                display_name="Sở Y tế",
                kind=Agency.KIND_DEPARTMENT,
                valid_from="2020-01-01",
                etag='"1"',
            )
            async with world.unit("warehouse") as unit:
                await copies.keep_agencies(unit, [below])
            async with asyncio.timeout(30):
                while not await declared(world):  # a call does not wait for who was long away
                    await minute(world)
        world.now = ON_SUNDAY
        await minute(world)
        assert [row.seen for row in await rows(world)] == [0, 0, 0]
        async with world.serving(warehouse):
            async with asyncio.timeout(30):
                while {row.seen for row in await rows(world)} != {1}:
                    world.now += timedelta(minutes=10)  # work that failed is tried again by then
                    await world.wake()
                    await minute(world)
            assert len(await sent(world)) == 3
            assert await order(world) == ["2026-11-19", "2026-11-20", "2026-11-21"]


async def test_what_is_refused_is_kept_with_its_reason_and_asked_again_later(world: World) -> None:
    await province(world)
    async with counting(world):
        await count(world, THURSDAY, 3)
        await minute(world)
        world.now = ON_FRIDAY
        await minute(world)
        [row] = await rows(world)
        await decide(world, row.submission)
        await count(world, THURSDAY, 1)
        await minute(world)
        [row] = await rows(world)
        assert (row.reason, row.times, row.seen) == ("REPORT_LOCKED", 1, 1)
        world.now += timedelta(hours=2)
        await minute(world)
        [row] = await rows(world)
        assert row.retry_at == world.now + timedelta(hours=1)


async def decide(world: World, name: str) -> None:
    """Somebody approves the report, and somebody locks it."""
    approver = world.person("lan", "approver", of=HEALTH).asks(SubmissionsServiceStub)
    steward = world.person("nam", "steward", of=ROOT).asks(SubmissionsServiceStub)
    known = await reports(world).GetSubmission(pb.GetSubmissionRequest(name=name))
    approve = pb.ApproveSubmissionRequest(name=name, etag=known.etag)
    known = await approver.ApproveSubmission(approve)
    await steward.LockSubmission(pb.LockSubmissionRequest(name=name, etag=known.etag))
