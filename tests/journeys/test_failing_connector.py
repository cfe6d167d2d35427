"""A source is away for days: the connector fails, and its steward is told."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from services.connectors.tests import make
from services.connectors.tests.source import Reply, Source, source
from services.notices.tests import make as notices

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.apis.notices.v1.notices_pb2 import ListNoticesRequest, Notice
from saola.apis.notices.v1.notices_pb2_grpc import NoticesServiceStub
from saola.services.notices.models.plans import row_of
from saola.services.notices.usecases import plans
from saola.testing.plugin import World

STEWARD = UUID(int=19)
DAY = timedelta(days=1)


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch, objects: str) -> Iterator[Source]:
    assert objects
    with source() as one:
        make.allow(monkeypatch, one)
        yield one


async def begun(world: World, peer: Source) -> pb.Connector:
    """A connector that fetches every day, a steward of the department, and all three services."""
    form = await make.province(world)
    await world.run(notices.app)
    await make.know(world, "notices")
    async with world.unit("notices") as unit:
        row = row_of(STEWARD, [make.HEALTH], ["steward"], 1, disabled=False)
        await plans.keep_officials(unit, [row])
    return await make.create(world, make.said(form, peer.url))


async def days(world: World, count: int) -> None:
    for _ in range(count):
        world.now += DAY
        await make.tick(world)


async def told(world: World) -> list[Notice]:
    """Oldest first."""
    person = world.person(str(STEWARD), "steward", of=make.HEALTH)
    answer = await person.asks(NoticesServiceStub).ListNotices(ListNoticesRequest())
    return list(reversed(answer.notices))


async def test_its_steward_hears_once_that_it_fails_once_that_it_works_and_of_the_next_time(
    world: World, peer: Source
) -> None:
    connector = await begun(world, peer)
    peer.reply = Reply(status=404)
    await days(world, 2)
    assert await told(world) == []
    await days(world, 3)
    [first] = await told(world)
    assert (first.kind, first.connector) == (Notice.KIND_CONNECTOR_FAILING, connector.name)
    assert "Hệ thống khám chữa bệnh" in first.title
    peer.say(make.patients(120))
    await days(world, 2)
    [_, second] = await told(world)
    assert (second.kind, "sau 5 lần" in second.body) == (Notice.KIND_CONNECTOR_WORKING, True)
    peer.reply = Reply(status=404)
    await days(world, 4)
    assert [one.kind for one in await told(world)] == [first.kind, second.kind, first.kind]


async def test_one_that_was_paused_is_not_told_of_and_one_that_is_deleted_neither(
    world: World, peer: Source
) -> None:
    connector = await begun(world, peer)
    peer.reply = Reply(status=404)
    await days(world, 2)
    stub = make.steward(world)
    asked = pb.PauseConnectorRequest(name=connector.name, etag=connector.etag)
    paused = await stub.PauseConnector(asked)
    await make.run(world, connector)
    assert (await make.get(world, connector)).failures == 3
    gone = pb.DeleteConnectorRequest(name=paused.name, etag=paused.etag)
    await stub.DeleteConnector(gone)
    await world.settle()
    assert await told(world) == []
