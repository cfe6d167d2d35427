"""A connector keeps failing, and works again: who answers for it hears of both, once."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from services.notices.tests import make
from services.notices.tests.make import COMMUNE, HEALTH, ROOT, app

from saola.apis.connectors.v1 import events_pb2 as connectors
from saola.apis.notices.v1 import notices_pb2 as pb
from saola.apis.notices.v1.deliveries_pb2 import Delivery
from saola.apis.notices.v1.notices_pb2_grpc import NoticesServiceStub
from saola.services.notices import consumers
from saola.services.notices.models.plans import row_of
from saola.services.notices.usecases import plans
from saola.testing.plugin import World

FAILING, WORKING = pb.Notice.KIND_CONNECTOR_FAILING, pb.Notice.KIND_CONNECTOR_WORKING
CONNECTOR = f"connectors/{UUID(int=31)}"
ABOVE, TOP = UUID(int=17), UUID(int=18)
STEWARDS = {ABOVE: HEALTH, TOP: ROOT}
FIRST_GOOD, NEXT_GOOD = f"runs/{UUID(int=41)}", f"runs/{UUID(int=42)}"


async def province(world: World) -> None:
    """The province, with stewards at the department and at the top, and none at the commune."""
    await world.run(app)
    await make.province(world)
    await know(world, [ABOVE, TOP])


async def know(world: World, stewards: Sequence[UUID]) -> None:
    rows = [row_of(id, [STEWARDS[id]], ["steward"], 1, disabled=False) for id in stewards]
    async with world.unit("notices") as unit:
        await plans.keep_officials(unit, rows)


def ran(
    failures: int, *, after: str = "", former: int = 0, paused: bool = False
) -> connectors.ConnectorRan:
    """A run of the commune's connector; it worked where none have failed on end."""
    return connectors.ConnectorRan(
        connector=CONNECTOR,
        title="Phần mềm trạm y tế",
        agency=f"agencies/{COMMUNE}",
        form=f"forms/{make.FORM}",
        period="2026-12-04",
        taken_over=not failures,
        failures=failures,
        former_failures=former or max(failures - 1, 0),
        good_run=after,
        paused=paused,
    )


async def tell(world: World, *events: connectors.ConnectorRan) -> None:
    """A minute apart."""
    for event in events:
        world.now += timedelta(minutes=1)
        async with world.unit("notices") as unit:
            await consumers.connector_ran(unit, event)


async def changed(world: World, **how: bool) -> None:
    async with world.unit("notices") as unit:
        event = connectors.ConnectorChanged(connector=CONNECTOR, **how)
        await consumers.connector_changed(unit, event)


async def heard(world: World, id: UUID = ABOVE, language: str = "vi") -> list[pb.Notice]:
    """What a steward was told, oldest first."""
    person = world.person(str(id), "steward", of=STEWARDS[id], language=language)
    answer = await person.asks(NoticesServiceStub).ListNotices(pb.ListNoticesRequest())
    return list(reversed(answer.notices))


async def kinds(world: World, id: UUID = ABOVE) -> list[pb.Notice.Kind.ValueType]:
    return [one.kind for one in await heard(world, id)]


async def test_the_third_failure_on_end_is_told_in_both_languages_with_the_connector(
    world: World,
) -> None:
    await province(world)
    await tell(world, ran(1), ran(2))
    assert await heard(world) == []
    await tell(world, ran(3))
    [told], [english] = await heard(world), await heard(world, language="en")
    assert told.title == "Kết nối liên tục gặp lỗi: Phần mềm trạm y tế, Trạm Y tế xã Hòa Bình"
    assert "đã 3 lần liên tiếp không lấy được số liệu" in told.body
    assert english.title.startswith("Connector keeps failing: Phần mềm trạm y tế")
    assert "has failed 3 times on end" in english.body
    assert (told.kind, told.connector, told.HasField("report")) == (FAILING, CONNECTOR, False)
    assert (told.agency, told.step) == (f"agencies/{HEALTH}", "")


async def test_it_is_told_once_until_it_has_worked_and_anew_when_it_fails_anew(
    world: World,
) -> None:
    await province(world)
    await tell(world, *(ran(count) for count in range(1, 8)))
    assert await kinds(world) == [FAILING]
    world.now += timedelta(hours=1)
    await tell(world, ran(0, former=7))
    [_, told] = await heard(world)
    assert (told.kind, told.connector) == (WORKING, CONNECTOR)
    assert "sau 7 lần liên tiếp không thành công" in told.body
    world.now += timedelta(hours=1)
    await tell(world, ran(1, after=FIRST_GOOD), ran(2, after=FIRST_GOOD))
    assert await kinds(world) == [FAILING, WORKING]
    await tell(world, ran(3, after=FIRST_GOOD), ran(4, after=FIRST_GOOD))
    assert await kinds(world) == [FAILING, WORKING, FAILING]


async def test_what_fails_now_and_then_is_told_to_nobody(world: World) -> None:
    await province(world)
    await tell(world, ran(1), ran(2), ran(0, former=2), ran(1, after=FIRST_GOOD))
    await tell(world, ran(0, former=1, after=FIRST_GOOD), ran(0, after=NEXT_GOOD))
    assert await heard(world) == []


async def test_twice_is_as_once(world: World) -> None:
    await province(world)
    events = [ran(1), ran(2), ran(3), ran(0, former=3), ran(1, after=FIRST_GOOD)]
    await tell(world, *(event for event in events for _ in range(2)))
    assert await kinds(world) == [FAILING, WORKING]
    await tell(world, *events)
    assert await kinds(world) == [FAILING, WORKING]


async def test_a_failure_that_is_heard_of_late_is_not_told_once_it_has_worked(
    world: World,
) -> None:
    await province(world)
    await tell(world, ran(0, former=3), ran(3), ran(1), ran(2))
    assert await kinds(world) == [WORKING]
    anew = [ran(count, after=FIRST_GOOD) for count in (3, 1, 2)]
    await tell(world, *anew)
    assert sorted(await kinds(world)) == [FAILING, WORKING]


async def test_it_is_told_where_the_third_failure_was_never_heard_of(world: World) -> None:
    await province(world)
    await tell(world, ran(1), ran(2), ran(4))
    [told] = await heard(world)
    assert "đã 4 lần liên tiếp" in told.body


async def test_how_many_are_too_many_is_set(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAOLA_NOTICES_CONNECTOR_FAILURES", "1")
    await province(world)
    await tell(world, ran(1), ran(0, former=1))
    assert await kinds(world) == [FAILING, WORKING]


async def test_the_nearest_stewards_hear_of_it_and_nobody_else(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await know(world, [TOP])
    await tell(world, ran(3))
    assert await kinds(world, TOP) == [FAILING]
    await know(world, [ABOVE])  # who comes while it fails is told at the next failure
    await tell(world, ran(4), ran(5))
    assert (await kinds(world), await kinds(world, TOP)) == ([FAILING], [FAILING])
    assert await make.steps(world) == {}


async def test_where_there_is_no_steward_nobody_is_told(world: World) -> None:
    await world.run(app)
    await make.province(world)
    await tell(world, ran(3), ran(0, former=3))
    assert await make.steps(world) == {}


async def test_one_that_stands_still_is_not_told_of_and_its_working_is(world: World) -> None:
    await province(world)
    await tell(world, ran(3, paused=True))
    assert await heard(world) == []
    await tell(world, ran(4), ran(5, paused=True), ran(0, former=5, paused=True))
    assert await kinds(world) == [FAILING, WORKING]


@pytest.mark.parametrize("how", ["deleted", "paused", "works"])
async def test_what_waits_to_be_sent_is_not_sent_of_one_that_is_gone_stands_still_or_works(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setenv("SAOLA_NOTICES_SMTP", "mail.example.vn:25")
    await province(world)
    await tell(world, ran(3))
    await changed(world)  # a steward has said it otherwise: it fails no less
    [waiting] = await make.delivered(world)
    assert waiting.state == Delivery.STATE_QUEUED
    if how == "works":
        await tell(world, ran(0, former=3))
    else:
        await changed(world, **{how: True})
        await tell(world, ran(3))  # twice
    states = {one.notice: one.state for one in await make.delivered(world)}
    assert states.pop(waiting.notice) == Delivery.STATE_NEEDLESS
    assert list(states.values()) == [Delivery.STATE_QUEUED] * (how == "works")


async def test_a_run_from_before_they_said_their_names_is_told_to_nobody(world: World) -> None:
    await province(world)
    event = ran(5)
    event.ClearField("title")
    await tell(world, event)
    assert await heard(world) == []
