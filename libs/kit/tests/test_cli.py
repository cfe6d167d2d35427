"""The command, as it runs in a container: several services in one process, and its end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from libs.kit.tests.locks import locked, waiting

from saola.apis.identity.v1 import agencies_pb2, agencies_pb2_grpc
from saola.kit.cli import installed
from saola.parts.part import free_port
from saola.testing.plugin import Person, Site, World

SAOLA = Path(sys.executable).parent / "saola"
NAMES = ("identity", "warehouse")


@dataclass
class Command:
    """`saola serve identity warehouse` in a process of its own."""

    site: Site
    env: dict[str, str]
    http: int
    process: Process
    said: list[dict[str, Any]] = field(default_factory=list)

    async def ready(self) -> None:
        async with httpx.AsyncClient() as http, asyncio.timeout(60):
            while True:
                await asyncio.sleep(0.05)
                try:
                    answer = await http.get(f"http://127.0.0.1:{self.http}/readyz")
                except httpx.ConnectError:
                    continue
                if answer.status_code == 200:
                    return

    async def end(self) -> int:
        """Reads what it still says, and gives its exit code."""
        async with asyncio.timeout(30):
            said, _ = await self.process.communicate()
        self.said = [json.loads(line) for line in said.splitlines()]
        return self.process.returncode or 0


@pytest.fixture
async def command(site: Site, world: World, tmp_path: Path) -> AsyncIterator[Command]:
    for app in installed(NAMES):
        await site.database(app)
        site.secret(f"client-{app.name}", "-")
    http = free_port()
    env = {
        "PATH": os.environ["PATH"],  # noqa: TID251  # for another process
        "SAOLA_DATABASE": site.url("{0}", "{0}"),
        "SAOLA_NATS": site.nats,
        "SAOLA_ISSUER": site.issuer.url,
        "SAOLA_PEERS": world.addresses,
        "SAOLA_GRPC": world.addresses,
        "SAOLA_HTTP": f"127.0.0.1:{http}",
        "SAOLA_SECRETS": str(site.secrets),
    }
    process = await asyncio.create_subprocess_exec(
        SAOLA, "serve", *NAMES, env=env, stdout=PIPE, stderr=STDOUT, cwd=tmp_path
    )
    yield Command(site, env, http, process)
    if process.returncode is None:
        process.kill()
        await process.communicate()


def administrator(world: World) -> Person:
    return world.person("lan", "administrator")


def listed(world: World) -> Any:
    stub = administrator(world).asks(agencies_pb2_grpc.AgenciesServiceStub)
    return stub.ListAgencies(agencies_pb2.ListAgenciesRequest())


async def test_told_to_stop_it_finishes_the_call_in_hand_and_ends_with_0(
    command: Command, world: World
) -> None:
    await command.ready()
    async with locked(command.site, "identity", "agencies"):
        call = asyncio.ensure_future(listed(world))
        await waiting(command.site, "identity")
        command.process.send_signal(signal.SIGTERM)
        async with httpx.AsyncClient() as http:
            while True:
                try:
                    answer = await http.get(f"http://127.0.0.1:{command.http}/readyz")
                except httpx.TransportError:  # it is gone already, or goes meanwhile
                    break
                if answer.status_code == 503:
                    assert answer.text == "stopping\n"
                    break
    answered = await call

    assert isinstance(answered, agencies_pb2.ListAgenciesResponse)
    assert await command.end() == 0
    said = json.dumps(command.said)
    assert not [word for word in ("Traceback", "never", "destroyed") if word in said], said
    answered_rpcs = [each for each in command.said if each["event"] == "answered"]
    [line] = [each for each in answered_rpcs if each["actor"] == "lan"]
    assert line["rpc"].endswith("AgenciesService.ListAgencies")
    assert (line["service"], line["code"]) == ("identity", "OK")
    assert len(line["trace"]) == 32


async def test_a_second_signal_ends_it_at_once(command: Command, world: World) -> None:
    await command.ready()
    async with locked(command.site, "identity", "agencies"):
        call = asyncio.ensure_future(listed(world))
        await waiting(command.site, "identity")
        command.process.send_signal(signal.SIGTERM)
        command.process.send_signal(signal.SIGINT)
        with pytest.raises(grpc.aio.AioRpcError):
            await call
        assert await command.end() == 130


async def test_told_to_stop_while_it_waits_for_parts_it_ends_with_0(
    command: Command, tmp_path: Path
) -> None:
    env = command.env | {"SAOLA_NATS": f"nats://127.0.0.1:{free_port()}"}
    env["SAOLA_HTTP"] = f"127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        SAOLA, "serve", "warehouse", env=env, stdout=PIPE, stderr=STDOUT, cwd=tmp_path
    )
    assert process.stdout
    async with asyncio.timeout(60):
        while b'"nats"' not in await process.stdout.readline():
            pass
    process.send_signal(signal.SIGTERM)
    said, _ = await process.communicate()

    assert process.returncode == 0
    assert b"Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "change", "sentence"),
    [
        (["serve", "nothing"], {}, "nothing is not installed; there are: "),
        (["serve", "identity", "--role", "cook"], {}, "identity.cook is not installed"),
        (["serve", "identity"], {"SAOLA_PORTS": "{"}, "SAOLA_PORTS: this is no valid JSON."),
        (["serve", "identity"], {"SAOLA_FILE_LIMIT": "many"}, "SAOLA_FILE_LIMIT: Input should be"),
        (["serve", "identity"], {"SAOLA_SECRETS": "/nowhere"}, "The secret /nowhere/"),
        (["serve", "identity"], {"SAOLA_IDENTITY_COLOUR": "red"}, "SAOLA_IDENTITY_COLOUR is set,"),
        (["migrate", "nothing"], {}, "nothing is not installed"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    arguments: list[str], change: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    env = {"PATH": os.environ["PATH"], "SAOLA_HTTP": "127.0.0.1:0"} | change  # noqa: TID251
    (tmp_path / "client-identity").write_text("-")
    env.setdefault("SAOLA_SECRETS", str(tmp_path))
    run = subprocess.run(
        [SAOLA, *arguments], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 1
    assert run.stderr.startswith(sentence)
    assert len(run.stderr.splitlines()) == 1


def test_migrating_twice_is_as_good_as_once(site: Site, tmp_path: Path) -> None:
    async def empty() -> None:
        for app in installed(["warehouse"]):
            await site.database(app)

    asyncio.run(empty())
    env = {
        "PATH": os.environ["PATH"],  # noqa: TID251  # for another process
        "SAOLA_DATABASE": site.url("{0}", "{0}"),
        "SAOLA_SECRETS": str(tmp_path),
    }
    for _ in range(2):
        run = subprocess.run(
            [SAOLA, "migrate", "warehouse"], env=env, capture_output=True, text=True, check=True
        )
        assert "warehouse is up to date." in run.stdout
