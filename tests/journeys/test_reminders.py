"""A report that nobody sends: the warehouse sees it, and notices tells whom it concerns."""

from datetime import UTC, datetime, timedelta

from services.notices.tests import make as notices
from services.notices.tests.make import CLERK, COMMUNE, HEAD
from services.warehouse.tests import make

from saola.apis.notices.v1.notices_pb2 import Notice
from saola.directory import copies
from saola.kit.call import Call
from saola.services.warehouse import jobs
from saola.testing.plugin import World

FIVE = datetime(2026, 11, 20, 10, tzinfo=UTC)  # 17:00 in Vietnam: the deadline of the day
HOUR = timedelta(hours=1)


async def begun(world: World) -> str:
    """Both services, in the province of notices; a form that the commune owes today."""
    await world.run(make.app, notices.app)
    await notices.province(world)
    async with world.unit("warehouse") as unit:
        await copies.keep_agencies(unit, [notices.agency(id) for id in notices.TITLES])
    world.now = make.NOON
    form = await make.form(world)
    await make.oblige(world, form, COMMUNE, since=make.TODAY, until="2026-11-21")
    return form


async def at(world: World, moment: datetime) -> None:
    world.now = moment
    await jobs.remind(Call.own(world.running["warehouse"].service))
    await world.settle()


async def test_it_climbs_while_it_is_missing_and_stops_when_it_is_sent(world: World) -> None:
    form = await begun(world)
    await at(world, FIVE - HOUR)
    assert await notices.steps(world) == {CLERK: ["before"]}
    await at(world, FIVE)
    assert await notices.steps(world) == {CLERK: ["before", "due"], HEAD: ["due"]}
    [first, *_] = await notices.mine(world, HEAD)
    assert first.title == "Đến hạn báo cáo: Báo cáo dịch bệnh, ngày 20/11/2026"
    await make.sent(world, form, {"1": "3"}, of=COMMUNE)
    await at(world, FIVE + 48 * HOUR)
    assert await notices.steps(world) == {CLERK: ["before", "due"], HEAD: ["due"]}


async def test_who_wrote_it_hears_each_time_that_it_is_returned_and_when_it_is_approved(
    world: World,
) -> None:
    form = await begun(world)
    sent = await make.sent(world, form, {"1": "3"}, of=COMMUNE)
    for _ in range(2):
        world.now += timedelta(minutes=1)
        back = await make.returned(world, sent, COMMUNE)
        await world.settle()
        sent = await make.reporter(world, COMMUNE).SubmitSubmission(make.submitting(back))
    told = await notices.mine(world, CLERK)
    assert [one.kind for one in told] == [Notice.KIND_RETURNED] * 2
    assert {one.report.submission for one in told} == {sent.name}
    assert told[0].title.startswith("Báo cáo bị trả lại: Báo cáo dịch bệnh")
