"""A peer that is being replaced is asked again, where that does no harm."""

import asyncio
from typing import Any

import grpc
import pytest

from saola.kit.app import together
from saola.testing.plugin import World, refused

from . import make
from .make import pb


async def begin_meanwhile(world: World, asked: Any) -> Any:
    """What `asked` comes to when the service starts only after it was sent."""
    asking = asyncio.ensure_future(asked)
    await asyncio.sleep(0.01)
    await make.run(world)
    return await asking


async def test_a_read_waits_for_a_service_that_starts(world: World) -> None:
    found = await begin_meanwhile(world, make.reporter(world).ListNotes(pb.ListNotesRequest()))
    assert not found.notes


async def test_a_write_that_could_be_done_twice_is_not_sent_again(world: World) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as away:
        await begin_meanwhile(world, make.reporter(world).WriteNote(make.writing()))
    assert away.value.code() == grpc.StatusCode.UNAVAILABLE


async def test_who_asks_too_often_is_told_when_to_come_back(world: World) -> None:
    await world.site.database(make.app)
    platform = world.platform()
    platform.quota = "3/minute"
    mai, lan = (make.ask(world.person(name, "reporter")) for name in ("mai", "lan"))
    async with together([make.app], platform):
        for _ in range(3):
            await mai.ListNotes(pb.ListNotesRequest())
        with refused("TOO_MANY_REQUESTS"):
            await mai.ListNotes(pb.ListNotesRequest())
        await lan.ListNotes(pb.ListNotesRequest())
