"""Notices, as officials see them."""

from datetime import timedelta
from uuid import UUID

from services.notices.tests import make
from services.notices.tests.make import ABOVE, CLERK, HEAD, TOP, app

from saola.apis.notices.v1 import events_pb2 as events
from saola.apis.notices.v1 import notices_pb2 as pb
from saola.kit.pb import stamp
from saola.testing.plugin import World, refused


async def test_a_step_is_told_to_those_of_its_rungs_in_their_language(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "before")
    [told] = await make.mine(world, CLERK)
    [english] = await make.mine(world, CLERK, "en")
    assert told.title == "Sắp đến hạn báo cáo: Báo cáo dịch bệnh, tháng 11/2026"
    assert "trước 17:00 ngày 05/12/2026" in told.body
    assert english.title == "Report due soon: Epidemics, November 2026"
    assert (told.kind, told.step) == (pb.Notice.KIND_REMINDER, "before")
    assert told.report.agency == f"agencies/{make.COMMUNE}"
    assert await make.steps(world) == {CLERK: ["before"]}


async def test_reminders_climb_from_the_reporter_to_the_province(world: World) -> None:
    await world.run(app)
    await make.province(world)
    for step in ("before", "due", "late", "overdue"):
        await make.remind(world, step)
    assert await make.steps(world) == {
        CLERK: ["before", "due", "late"],
        HEAD: ["due", "late", "overdue"],
        ABOVE: ["late", "overdue"],
        TOP: ["overdue"],
    }


async def test_a_step_is_told_once_however_often_it_comes(world: World) -> None:
    await world.run(app)
    await make.province(world)
    for _ in range(3):
        await make.remind(world, "before")
    await make.remind(world, "before", "2026-12")
    assert await make.steps(world) == {CLERK: ["before", "before"]}


async def test_a_step_that_the_plan_does_not_know_is_told_to_nobody(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "some_day")
    assert await make.steps(world) == {}


async def test_a_notice_of_another_is_as_if_it_were_not_there(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "before")
    [told] = await make.mine(world, CLERK)
    for other in (HEAD, TOP):
        with refused("NOT_FOUND"):
            await make.notices_of(world, other).GetNotice(pb.GetNoticeRequest(name=told.name))
        with refused("NOT_FOUND"):
            await make.notices_of(world, other).MarkRead(pb.MarkReadRequest(name=told.name))
    again = await make.notices_of(world, CLERK).GetNotice(pb.GetNoticeRequest(name=told.name))
    assert again == told


async def test_who_leaves_the_position_does_not_see_its_notices_any_more(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "before")
    moved = world.person(str(CLERK), "reporter", of=UUID(int=99))
    stub = moved.asks(make.NoticesServiceStub)
    assert not (await stub.ListNotices(pb.ListNoticesRequest())).notices
    assert (await stub.GetUnreadCount(pb.GetUnreadCountRequest())).count == 0


async def test_unread_ones_come_first_and_then_the_newest_page_by_page(world: World) -> None:
    await world.run(app)
    await make.province(world)
    periods = ["2026-07", "2026-08", "2026-09", "2026-10"]
    for period in periods:
        await make.remind(world, "before", period)
        world.now += timedelta(minutes=1)
    stub = make.notices_of(world, CLERK)
    by_period = {one.report.period: one.name for one in await make.mine(world, CLERK)}
    await stub.MarkRead(pb.MarkReadRequest(name=by_period["2026-10"]))
    seen, token = [], ""
    for _ in range(2):
        asked = pb.ListNoticesRequest(page_size=2, page_token=token)
        page = await stub.ListNotices(asked)
        seen += [one.report.period for one in page.notices]
        token = page.next_page_token
    assert (seen, token) == (["2026-09", "2026-08", "2026-07", "2026-10"], "")
    unread = await stub.ListNotices(pb.ListNoticesRequest(unread=True))
    assert len(unread.notices) == 3
    assert (await stub.GetUnreadCount(pb.GetUnreadCountRequest())).count == 3


async def test_to_read_twice_is_to_read_once(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "before")
    [told] = await make.mine(world, CLERK)
    stub, asked = make.notices_of(world, CLERK), pb.MarkReadRequest(name=told.name)
    first = await stub.MarkRead(asked)
    world.now += timedelta(hours=1)
    assert await stub.MarkRead(asked) == first
    await world.settle()
    changes = [one for one in await world.told() if one.type.endswith("NoticesChanged")]
    assert len(changes) == 2  # it came, and it was read


async def test_all_is_read_that_came_up_to_a_moment_and_nothing_that_came_since(
    world: World,
) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "before", "2026-10")
    seen = world.now
    world.now += timedelta(minutes=1)
    await make.remind(world, "before", "2026-11")
    stub = make.notices_of(world, CLERK)
    asked = pb.MarkAllReadRequest(until=stamp(seen))
    assert (await stub.MarkAllRead(asked)).count == 1
    assert (await stub.MarkAllRead(asked)).count == 0
    assert (await stub.GetUnreadCount(pb.GetUnreadCountRequest())).count == 1
    assert (await stub.MarkAllRead(pb.MarkAllReadRequest())).count == 1


async def test_the_bell_hears_of_its_own_official(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await make.remind(world, "due")
    await world.settle()
    told = [one for one in await world.told() if one.type.endswith("NoticesChanged")]
    heard = {events.NoticesChanged.FromString(one.body).official for one in told}
    assert heard == {f"officials/{CLERK}", f"officials/{HEAD}"}
    assert {one.key for one in told} == heard


async def test_an_account_that_is_no_official_has_no_notices(world: World) -> None:
    await world.run(app)
    await make.province(world)
    stub = world.person("root", "administrator", of=make.ROOT).asks(make.NoticesServiceStub)
    assert not (await stub.ListNotices(pb.ListNoticesRequest())).notices
    assert (await stub.MarkAllRead(pb.MarkAllReadRequest())).count == 0
