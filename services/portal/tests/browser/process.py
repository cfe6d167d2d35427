"""The portal in a process of its own, as a site runs it: `saola serve portal`."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from saola.parts.part import BIN, free_port
from saola.testing.plugin import World


@asynccontextmanager
async def process(world: World) -> AsyncIterator[str]:
    """Its address, once it is ready. It knows the parts and the services of this world."""
    platform, port = world.platform(), free_port()
    running = await asyncio.create_subprocess_exec(
        BIN / "saola",
        *("serve", "portal"),
        env={
            "PATH": os.defpath,
            "SAOLA_NATS": platform.nats,
            "SAOLA_ISSUER": platform.issuer,
            "SAOLA_PEERS": platform.peers,
            "SAOLA_GRPC": platform.grpc.replace(".sock", f"-{port}.sock"),
            "SAOLA_HTTP": f"127.0.0.1:{port}",
            "SAOLA_SECRETS": str(platform.secrets),
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with asyncio.timeout(60), httpx.AsyncClient() as http:
            while not await _ready(http, address):
                await asyncio.sleep(0.05)
        yield address
    finally:
        running.terminate()
        try:
            async with asyncio.timeout(30):  # it ends calls in hand after start.GRACE
                await running.wait()
        except TimeoutError:
            running.kill()
            await running.wait()
            raise


async def _ready(http: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await http.get(f"{address}/readyz")).is_success
    except httpx.ConnectError:
        return False
