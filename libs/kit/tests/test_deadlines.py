"""Nobody waits longer than the caller, and what comes too late is not kept."""

import asyncio

import grpc
import pytest

from saola.testing.plugin import World

from . import make
from .make import pb

SLEEPING = """
    select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'
"""


async def outcome(world: World, patience: float, **asked: int) -> str:
    mai = world.person("mai", "reporter", of=make.ROADS)
    mai.patience = patience
    try:
        await make.ask(mai).Wait(pb.WaitRequest(**asked))
    except grpc.aio.AioRpcError as error:
        return error.code().name
    except Exception as error:  # noqa: BLE001  # which one is what is asked
        return str(getattr(error, "reason", error))
    return "OK"


async def events(world: World) -> int:
    """What was kept: told, or still to be told."""
    await world.settle()
    return len(await world.told())


@pytest.mark.parametrize("where", ["before", "within", "after"])
async def test_what_takes_longer_than_the_caller_waits_is_not_kept(
    world: World, where: str
) -> None:
    await make.run(world)
    assert await outcome(world, 0.4, **{where: 900}) == "DEADLINE_EXCEEDED"
    assert await outcome(world, 5, after=10) == "OK"
    assert await events(world) == 1


async def test_a_deadline_holds_to_the_second(world: World) -> None:
    await make.run(world)
    assert await outcome(world, 6, within=1000) == "OK"
    assert await outcome(world, 1, within=2000) == "DEADLINE_EXCEEDED"
    assert await events(world) == 1


async def test_who_has_waited_to_the_end_is_told_from_who_hangs_up(world: World) -> None:
    await make.run(world)
    registry = world.running["notes"].service.telemetry.registry
    name = "saola.apis.notes.v1.NotesService.Wait"

    def counted() -> dict[str, float | None]:
        codes = ("DEADLINE_EXCEEDED", "CANCELLED")
        given = [{"rpc": name, "code": code} for code in codes]
        found = [registry.get_sample_value("saola_rpc_seconds_count", one) for one in given]
        return {code: count for code, count in zip(codes, found, strict=True) if count}

    assert await outcome(world, 0.3, within=2000) == "DEADLINE_EXCEEDED"
    await world.until(lambda: counted() == {"DEADLINE_EXCEEDED": 1})
    asking = asyncio.ensure_future(outcome(world, 20, within=10_000))
    async with asyncio.timeout(30):
        while not await world.sql("notes", SLEEPING, role="postgres"):
            pass
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await world.until(lambda: counted() == {"DEADLINE_EXCEEDED": 1, "CANCELLED": 1})


async def test_who_names_no_deadline_gets_one(world: World) -> None:
    await make.run(world)
    async with grpc.aio.insecure_channel(world.peers.address("notes")) as channel:
        wait = channel.unary_unary(
            "/saola.apis.notes.v1.NotesService/Wait",
            request_serializer=pb.WaitRequest.SerializeToString,
            response_deserializer=pb.WaitResponse.FromString,
        )
        left = (await wait(pb.WaitRequest())).left
    assert 20_000 < left <= 30_000


async def test_a_peer_gets_what_is_left(world: World) -> None:
    await make.run(world)
    mai = world.person("mai", "reporter", of=make.ROADS)
    mai.patience = 7
    left = (await make.ask(mai).Wait(pb.WaitRequest())).left
    assert 5_000 < left <= 7_000
