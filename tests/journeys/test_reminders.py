"""A report that nobody sends: the warehouse sees it, and notices tells whom it concerns."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notices.tests import make as notices
from services.notices.tests.make import ABOVE, CLERK, COMMUNE, HEAD
from services.warehouse.tests import make

from saola.apis.notices.v1.notices_pb2 import Notice
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import unlocks_pb2 as unlocks
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


async def approved(world: World, form: str) -> pb.Submission:
    """A report of the commune that the agency above has approved."""
    sent = await make.sent(world, form, {"1": "3"}, of=COMMUNE)
    asked = pb.ApproveSubmissionRequest(name=sent.name, etag=sent.etag)
    done = await make.approver(world).ApproveSubmission(asked)
    await world.settle()
    return done


async def ask(world: World, report: pb.Submission, who: UUID, role: str) -> unlocks.Unlock:
    stub = make.unlocks_of(world.person(str(who), role, of=COMMUNE))
    asked = unlocks.RequestUnlockRequest(submission=report.name, reason="Nhầm số ca")
    made = await stub.RequestUnlock(asked)
    await world.settle()
    return made


def unlock_notices(told: list[Notice]) -> list[Notice]:
    return [one for one in told if "UNLOCK" in Notice.Kind.Name(one.kind)]


async def test_who_may_decide_is_told_of_an_unlock_and_then_whoever_reports(world: World) -> None:
    report = await approved(world, await begun(world))
    unlock = await ask(world, report, CLERK, "reporter")
    [told] = unlock_notices(await notices.mine(world, HEAD))
    assert told.title.startswith("Đề nghị mở khoá báo cáo: Trạm Y tế xã Hòa Bình, Báo cáo")
    assert told.report.submission == report.name
    assert unlock_notices(await notices.mine(world, CLERK)) == []

    head = make.unlocks_of(world.person(str(HEAD), "approver", of=COMMUNE))
    asked = unlocks.GrantUnlockRequest(name=unlock.name, etag=unlock.etag)
    asked.end_time.FromDatetime(world.now + 4 * HOUR)
    await head.GrantUnlock(asked)
    await world.settle()
    [told] = unlock_notices(await notices.mine(world, CLERK))
    assert told.kind == Notice.KIND_UNLOCKED
    assert "được mở khoá đến 16:00 ngày 20/11/2026" in told.body


async def test_whoever_asks_is_not_told_to_decide_and_hears_that_it_was_refused(
    world: World,
) -> None:
    report = await approved(world, await begun(world))
    unlock = await ask(world, report, HEAD, "approver")
    assert unlock_notices(await notices.mine(world, HEAD)) == []
    [told] = unlock_notices(await notices.mine(world, ABOVE))
    assert told.kind == Notice.KIND_UNLOCK_REQUESTED

    above = make.unlocks_of(world.person(str(ABOVE), "approver", of=notices.HEALTH))
    asked = unlocks.RefuseUnlockRequest(name=unlock.name, etag=unlock.etag, reason="Đã công bố")
    await above.RefuseUnlock(asked)
    await world.settle()
    [told] = unlock_notices(await notices.mine(world, CLERK, "en"))
    assert told.title == "Unlock refused: Diseases, 20 November 2026"
