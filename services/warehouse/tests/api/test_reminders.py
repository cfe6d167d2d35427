"""Reports that nobody submits: each step is told once, late if need be."""

import asyncio
from datetime import UTC, datetime, timedelta

from services.warehouse.tests import make
from services.warehouse.tests.api.test_exemptions import exempt

from saola.apis.warehouse.v1 import events_pb2 as events
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import reminders_pb2 as pb
from saola.apis.warehouse.v1.exemptions_pb2 import RevokeExemptionRequest
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.apis.warehouse.v1.reminders_pb2_grpc import RemindersServiceStub
from saola.kit.call import Call
from saola.services.warehouse import jobs
from saola.services.warehouse.domain.reminders import Steps
from saola.services.warehouse.settings import Settings
from saola.services.warehouse.usecases import reminders
from saola.testing.plugin import World

FIVE = datetime(2026, 11, 20, 10, tzinfo=UTC)  # 17:00 in Vietnam: the deadline of the day
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def at(world: World, moment: datetime) -> list[str]:
    """The clock shows `moment`, the job has run: the steps that were told so far, in order."""
    world.now = moment
    await jobs.remind(Call.own(world.running["warehouse"].service))
    return [one.step for one in await told(world)]


async def told(world: World) -> list[events.ReportRemindable]:
    await world.settle()
    found = [one for one in await world.told() if one.type.endswith("ReportRemindable")]
    return [events.ReportRemindable.FromString(one.body) for one in found]


async def daily(world: World) -> str:
    """A form that is due today, and not for any day before."""
    await make.warehouse(world)
    name = await make.form(world)
    await make.oblige(world, name, since=make.TODAY, until="2026-11-21")
    return name


async def test_each_step_is_told_when_it_comes_and_once(world: World) -> None:
    name = await daily(world)
    assert await at(world, FIVE - HOUR - MINUTE) == []
    assert await at(world, FIVE - HOUR) == ["before"]
    assert await at(world, FIVE - MINUTE) == ["before"]
    assert await at(world, FIVE) == ["before", "due"]
    assert await at(world, FIVE + 15 * HOUR) == ["before", "due", "late"]
    assert await at(world, FIVE + 39 * HOUR) == ["before", "due", "late", "overdue"]
    assert len(await at(world, FIVE + 50 * HOUR)) == 4
    [first, *_] = await told(world)
    assert (first.form, first.period) == (name, make.TODAY)
    assert (first.form_title_vi, first.submission) == ("Báo cáo dịch bệnh", "")
    assert first.due_time.ToDatetime(UTC) == FIVE


async def test_a_site_that_was_off_tells_the_last_step_only(world: World) -> None:
    await daily(world)
    assert await at(world, FIVE + 2 * HOUR) == ["due"]
    assert await at(world, FIVE + 40 * HOUR) == ["due", "overdue"]


async def test_what_is_long_past_is_not_told_any_more(world: World) -> None:
    await daily(world)
    assert await at(world, FIVE + timedelta(days=30)) == []


async def test_what_was_due_before_anybody_was_obliged_is_not_told(world: World) -> None:
    await make.warehouse(world)
    name = await make.form(world)
    world.now = FIVE + MINUTE
    await make.oblige(world, name, since="2026-11-16")
    assert await at(world, FIVE + 2 * HOUR) == []
    assert await at(world, FIVE + 23 * HOUR) == ["before"]  # of the next day's


async def test_two_who_look_at_once_tell_once(world: World) -> None:
    await daily(world)
    world.now = FIVE
    service = world.running["warehouse"].service
    async with world.serving(make.app, at="-other") as others:
        both = [Call.own(service), Call.own(others["warehouse"].service)]
        await asyncio.gather(*(jobs.remind(call) for call in both * 3))
    assert [one.step for one in await told(world)] == ["due"]


async def test_who_is_killed_halfway_has_told_nothing_and_the_next_tells_it(world: World) -> None:
    await daily(world)
    steps = Steps.read(Settings().reminders)
    call = Call.own(world.running["warehouse"].service)
    unit = call.unit(system="a test")
    world.now = FIVE - HOUR - MINUTE
    try:
        async with unit as killed:
            killed.now = FIVE
            await reminders.remind(killed, steps, "")
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert await told(world) == []
    assert await at(world, FIVE) == ["due"]


async def test_what_is_submitted_is_left_alone_and_what_is_returned_is_not(world: World) -> None:
    name = await daily(world)
    assert await at(world, FIVE - HOUR) == ["before"]
    sent = await make.sent(world, name, {"1": "3"})
    assert await at(world, FIVE + MINUTE) == ["before"]
    back = await make.returned(world, sent)
    assert await at(world, FIVE + 2 * MINUTE) == ["before", "due"]
    assert (await told(world))[-1].submission == back.name


async def test_what_is_no_longer_owed_is_not_told(world: World) -> None:
    await make.warehouse(world)
    made = await make.oblige(world, await make.form(world), since=make.TODAY)
    stub = make.obligations_of(make.steward(world))
    end = obligations.EndObligationRequest(name=made.name, etag=made.etag, valid_to="2026-11-21")
    await stub.EndObligation(end)
    assert await at(world, FIVE + 24 * HOUR) == ["late"]  # of today's; tomorrow's is none


async def test_who_is_exempt_is_not_reminded_and_is_again_when_that_is_taken_back(
    world: World,
) -> None:
    name = await daily(world)
    made = await exempt(world, name)
    assert await at(world, FIVE) == []
    revoke = RevokeExemptionRequest(name=made.name, etag=made.etag, reason="Đã có điện")
    await make.steward(world).asks(ExemptionsServiceStub).RevokeExemption(revoke)
    assert await at(world, FIVE + MINUTE) == ["due"]


async def test_a_reminder_is_seen_by_its_agency_and_those_above(world: World) -> None:
    await daily(world)
    await at(world, FIVE)
    asked = pb.ListRemindersRequest()
    for person in (make.leader(world), make.leader(world, make.HEALTH)):
        [one] = (await person.asks(RemindersServiceStub).ListReminders(asked)).reminders
        assert (one.step, one.period, one.agency) == ("due", make.TODAY, make.agency(make.HEALTH))
    other = make.leader(world, make.SCHOOLS).asks(RemindersServiceStub)
    assert not (await other.ListReminders(asked)).reminders
