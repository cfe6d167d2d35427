"""While a peer is away, what needs it waits under its keys, and all else goes on."""

import asyncio

from libs.kit.tests import trial
from libs.kit.tests.listener import heard, tell
from sqlalchemy import select

from saola.apis.warehouse.v1.events_pb2 import FormChanged, IndicatorChanged
from saola.kit.app import App
from saola.kit.call import Unit
from saola.kit.consumers import Consumers
from saola.kit.tables import parked
from saola.testing.plugin import World

from . import make
from .make import pb


class Asker:
    """Notes what it hears; of forms it asks the notes service first."""

    def __init__(self) -> None:
        on, self.asked = Consumers(), 0
        self.broken = False

        @on(FormChanged)
        async def form(unit: Unit, event: FormChanged) -> None:
            self.asked += 1
            await unit.peer(make.NotesServiceStub).Wait(pb.WaitRequest())
            if self.broken:
                raise ValueError
            await keep(unit, event.form, event.code)

        @on(IndicatorChanged)
        async def indicator(unit: Unit, event: IndicatorChanged) -> None:
            await keep(unit, event.indicator, event.code)

        self.app = App("trial", trial.Base.metadata, consumers=on, package=trial.PACKAGE)


async def keep(unit: Unit, about: str, text: str) -> None:
    row = trial.Note(agency=trial.AGENCY, about=about, text=text, created_at=unit.now)
    await unit.add(row)


async def tell_indicator(world: World, key: str, *codes: str) -> None:
    async with world.unit("trial") as unit:
        for code in codes:
            unit.emit(IndicatorChanged(indicator=key, code=code))


async def waiting(world: World) -> list[tuple[str, str]]:
    async with world.unit("trial") as unit:
        rows = await unit.rows(select(parked).order_by(parked.c.key, parked.c.at))
    return [(row.key, row.error) for row in rows]


async def until_heard(world: World, key: str, *codes: str) -> None:
    async with asyncio.timeout(30):
        while await heard(world, key) != list(codes):
            await asyncio.sleep(0.05)


async def until_waiting(world: World, count: int) -> None:
    async with asyncio.timeout(30):
        while len(await waiting(world)) != count:
            await asyncio.sleep(0.05)


async def test_others_go_on_and_what_waited_comes_in_its_order(world: World) -> None:
    asker = Asker()
    await world.prepare(asker.app, make.app)
    async with world.serving(asker.app):
        await tell(world, "forms/1", "a", "b")
        await tell_indicator(world, "indicators/1", "a")
        await tell(world, "forms/2", "a")
        await tell_indicator(world, "indicators/1", "b")
        await until_heard(world, "indicators/1", "a", "b")
        await until_waiting(world, 3)
        errors = await waiting(world)
        assert errors[0] == ("forms/1", "PeerAway")
        assert errors[1] == ("forms/1", "Waits")

        async with world.serving(make.app):
            await tell(world, "forms/1", "c")
            await world.settle()
            assert await waiting(world) == []
            assert await heard(world, "forms/1") == ["a", "b", "c"]
            assert await heard(world, "forms/2") == ["a"]


async def test_lanes_find_out_once_that_a_peer_is_away(world: World) -> None:
    asker = Asker()
    await world.prepare(asker.app, make.app)
    async with world.serving(asker.app):
        async with world.unit("trial") as unit:
            for number in range(40):
                unit.emit(FormChanged(form=f"forms/{number}", code="a"))
        await until_waiting(world, 40)
        assert asker.asked < 40
        async with world.serving(make.app):
            await world.settle()
            for number in range(40):
                assert await heard(world, f"forms/{number}") == ["a"]


async def test_what_waits_for_a_peer_outlives_the_process(world: World) -> None:
    asker = Asker()
    await world.prepare(asker.app, make.app)
    async with world.serving(asker.app):
        await tell(world, "forms/1", "a", "b")
        await until_waiting(world, 2)
    async with world.serving(asker.app, make.app):
        await tell(world, "forms/1", "c")
        await world.settle()
        assert await heard(world, "forms/1") == ["a", "b", "c"]


async def test_what_is_wrong_itself_is_parked_when_the_peer_is_back(world: World) -> None:
    asker = Asker()
    asker.broken = True
    await world.prepare(asker.app, make.app)
    async with world.serving(asker.app):
        await tell(world, "forms/1", "a", "b")
        await until_waiting(world, 2)
        async with world.serving(make.app):
            await world.settle()
            assert await waiting(world) == [("forms/1", "ValueError"), ("forms/1", "Waits")]
            follower, asker.broken = world.running["trial"].follower, False
            assert follower
            await follower.drive("forms/1")
            await world.settle()
            assert await heard(world, "forms/1") == ["a", "b"]
