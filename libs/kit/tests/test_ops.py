"""What a process shows of itself: that it lives, whether it is ready, its numbers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from libs.kit.tests import make, trial
from libs.kit.tests.locks import locked, waiting

from saola.kit.app import App, together
from saola.kit.call import Call
from saola.kit.ops import front
from saola.kit.start import PortTaken
from saola.parts import nats, part
from saola.parts.part import free_port
from saola.testing.plugin import World


def service(name: str = "trial", **more: Any) -> App:
    return App(name, trial.Base.metadata, package=trial.PACKAGE, **more)


async def get(world: World, path: str, name: str = "trial") -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(f"http://127.0.0.1:{world.running[name].port}{path}")


async def test_a_process_that_serves_is_alive_and_ready(world: World) -> None:
    await world.run(service())

    assert (await get(world, "/livez")).status_code == 200
    ready = await get(world, "/readyz")
    assert (ready.status_code, ready.text.splitlines()[0]) == (200, "ready")


async def test_while_a_part_is_away_it_is_named_and_waited_for(
    world: World, tmp_path: Path
) -> None:
    await world.site.database(service())
    world.site.secret("client-trial", "-")
    platform, port, http = world.platform(), free_port(), free_port()
    platform.nats, platform.http = f"nats://127.0.0.1:{port}", f"127.0.0.1:{http}"
    ended = asyncio.Event()

    async def serve() -> None:
        async with together([service()], platform):
            await ended.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve())
        said = await until(http, "trial: nats: ")
        with part.running(nats.part(tmp_path, port, free_port())):
            await until(http, "ready\n")
            ended.set()

    assert "database" not in said


async def until(port: int, text: str) -> str:
    """What /readyz says once it says `text`."""
    async with httpx.AsyncClient() as client, asyncio.timeout(20):
        while True:
            await asyncio.sleep(0.02)
            with suppress(httpx.ConnectError):
                said = (await client.get(f"http://127.0.0.1:{port}/readyz")).text
                if text in said:
                    return said


async def test_without_the_store_a_service_answers_and_says_so(world: World) -> None:
    platform = world.platform()
    platform.objects = f"http://127.0.0.1:{free_port()}"
    await world.run(service(), platform=platform)
    async with asyncio.timeout(10):
        while "trial: objects: " not in (await get(world, "/readyz")).text:
            await asyncio.sleep(0.02)


async def test_numbers_are_told_apart_by_service(world: World) -> None:
    await world.run(service("trial"), service("other"))
    said = (await get(world, "/metrics")).text

    assert said.count("# TYPE saola_sql_seconds histogram") == 1
    for name in ("trial", "other"):
        assert f'saola_sql_seconds_count{{service="{name}"}}' in said
    assert "process_resident_memory_bytes" in said


async def test_a_loop_that_falls_over_is_started_again_and_shown(world: World) -> None:
    stood, times = asyncio.Event(), 0

    async def stumble(_: Call) -> None:
        nonlocal times
        times += 1
        if times < 2:
            raise ValueError
        stood.set()
        await asyncio.Event().wait()

    await world.run(service(workers=[stumble]))
    await stood.wait()

    assert "trial: stumble: fell over with ValueError" in (await get(world, "/readyz")).text
    said = (await get(world, "/metrics")).text
    assert 'saola_loop_failures_total{loop="stumble",service="trial"} 1.0' in said


async def test_a_taken_port_is_one_sentence(world: World) -> None:
    async with front("127.0.0.1:0") as given:
        with pytest.raises(PortTaken, match=f"127.0.0.1:{given.port}, where HTTP is to listen"):
            async with front(f"127.0.0.1:{given.port}"):
                pass


async def test_a_taken_grpc_port_is_one_sentence(world: World) -> None:
    await world.run(service())
    platform = world.platform()
    async with front("127.0.0.1:0") as given:
        platform.grpc = f"127.0.0.1:{given.port}"
        with pytest.raises(PortTaken, match=r"where trial \(gRPC\) is to listen"):
            async with together([service()], platform):
                pass


async def test_health_is_told_of_the_whole_and_reflection_of_each_api(world: World) -> None:
    await world.run(service())
    address = world.platform().listens("trial")
    async with grpc.aio.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check
        answer = await check(health_pb2.HealthCheckRequest())
        ask = reflection_pb2.ServerReflectionRequest(list_services="")
        talk = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(iter([ask]))
        [listed] = [each async for each in talk]

    assert answer.status == health_pb2.HealthCheckResponse.SERVING
    names = [each.name for each in listed.list_services_response.service]
    assert "grpc.health.v1.Health" in names


async def test_what_is_not_there_is_a_problem(world: World) -> None:
    await world.run(service())
    answer = await get(world, "/trial/nothing")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


async def test_while_it_drains_health_says_so_and_calls_in_hand_are_finished(world: World) -> None:
    await world.prepare(make.app)
    told, channel = asyncio.Event(), grpc.aio.insecure_channel(world.platform().listens("notes"))

    async def serve() -> None:
        async with world.serving(make.app):
            await world.lineage(make.ROADS)
            told.set()
            await ended.wait()

    ended = asyncio.Event()
    async with channel, asyncio.TaskGroup() as tasks:
        tasks.create_task(serve())
        await told.wait()
        health = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        states = aiter(health)
        assert (await anext(states)).status == health_pb2.HealthCheckResponse.SERVING

        async with locked(world.site, "notes", "notes"):
            call = asyncio.ensure_future(make.reporter(world).ListNotes(make.pb.ListNotesRequest()))
            await waiting(world.site, "notes")
            ended.set()
            assert (await anext(states)).status == health_pb2.HealthCheckResponse.NOT_SERVING
        health.cancel()
        assert list((await call).notes) == []


async def test_a_stream_of_events_ends_with_the_process(world: World) -> None:
    router, ended, began = APIRouter(), asyncio.Event(), asyncio.Event()

    @router.get("/live")
    async def live() -> StreamingResponse:
        async def beats() -> AsyncIterator[bytes]:
            yield b"data: here\n\n"
            await asyncio.Event().wait()

        return StreamingResponse(beats(), media_type="text/event-stream")

    edge = App("edge", web=router)
    world.site.secret("client-edge", "-")

    async def serve() -> None:
        async with world.serving(edge):
            began.set()
            await ended.wait()

    async with asyncio.TaskGroup() as tasks, httpx.AsyncClient() as http, asyncio.timeout(8):
        tasks.create_task(serve())
        await began.wait()
        address = f"http://127.0.0.1:{world.running['edge'].port}/live"
        async with http.stream("GET", address, headers={"accept": "text/event-stream"}) as answer:
            lines = answer.aiter_lines()
            assert await anext(lines) == "data: here"
            ended.set()
            assert [line async for line in lines if line] == []


async def test_a_body_is_limited_on_every_page_and_the_refusal_has_two_languages(
    world: World,
) -> None:
    router = APIRouter()

    @router.post("/count")
    async def count(request: Request) -> int:
        return len(await request.body())

    platform = world.platform()
    platform.file_limit = 1000
    await world.run(service(web=router), platform=platform)
    address = f"http://127.0.0.1:{world.running['trial'].port}/trial/count"
    large, said = bytes(2 << 20), []
    async with httpx.AsyncClient() as http:
        assert (await http.post(address, content=b"12345")).json() == 5
        for language in ("vi", "en"):
            headers = {"accept-language": language}
            answer = await http.post(address, content=large, headers=headers)
            assert (answer.status_code, answer.json()["reason"]) == (413, "FILE_TOO_LARGE")
            said.append(answer.json()["title"])
    assert said[0].startswith("Tệp lớn hơn")
    assert said[1].startswith("The file is larger")


async def test_what_nobody_foresaw_is_told_to_nobody(world: World) -> None:
    router = APIRouter()

    @router.get("/broken")
    async def broken() -> None:
        raise KeyError("0912345678")

    await world.run(service(web=router))
    answer = await get(world, "/trial/broken")

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "0912345678" not in answer.text
