"""Files pass the scanner where there is one; what it has not seen is kept, and given to nobody."""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
from libs.kit.tests import trial

from saola.kit import purge
from saola.kit.app import App
from saola.kit.call import Call
from saola.kit.errors import FileQuarantined
from saola.kit.scanner import Scanner, Verdict
from saola.testing.plugin import World

# What every scanner must find, and no machine is harmed by (eicar.org).
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
AGENCY = UUID(int=7)
NOBODY = "127.0.0.1:1"


@asynccontextmanager
async def clamd() -> AsyncIterator[str]:
    """Speaks INSTREAM as clamd(8) does, and knows one virus."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(length)
        found = EICAR in content
        writer.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield "127.0.0.1:" + str(server.sockets[0].getsockname()[1])


@pytest.fixture
async def call(world: World, objects: str) -> Call:
    assert objects
    await world.run(App("trial", trial.Base.metadata, package=trial.PACKAGE))
    return Call.own(world.running["trial"].service)


async def put(call: Call, data: bytes) -> str:
    kept = await call.files.put(data, agency=AGENCY, media_type="text/csv", file_name="a.csv")
    return kept.sha256


async def test_what_the_scanner_finds_clean_is_given(call: Call) -> None:
    async with clamd() as call.service.platform.scanner:
        sha256 = await put(call, b"clean" * 100_000)
    assert await call.files.get(sha256) == b"clean" * 100_000


async def test_what_it_finds_harmful_is_refused_and_not_kept(call: Call) -> None:
    async with clamd() as call.service.platform.scanner:
        with pytest.raises(FileQuarantined):
            await put(call, EICAR)
    assert not await stored(call, hashlib.sha256(EICAR).hexdigest())


async def test_while_it_is_down_files_are_kept_and_given_to_nobody(call: Call) -> None:
    call.service.platform.scanner = NOBODY
    sha256 = await put(call, b"clean")

    with pytest.raises(FileQuarantined):
        await call.files.get(sha256)


async def test_when_it_is_back_what_waited_is_looked_at(call: Call) -> None:
    call.service.platform.scanner = NOBODY
    clean, harmful = await put(call, b"clean"), await put(call, EICAR)
    await purge.rescan(call)
    with pytest.raises(FileQuarantined):
        await call.files.get(clean)

    async with clamd() as call.service.platform.scanner:
        await purge.rescan(call)
    assert await call.files.get(clean) == b"clean"
    with pytest.raises(FileQuarantined):
        await call.files.get(harmful)
    assert (await stored(call, clean), await stored(call, harmful)) == (True, False)


async def test_what_was_accepted_stays_so_when_it_comes_again_while_it_is_down(call: Call) -> None:
    async with clamd() as call.service.platform.scanner:
        sha256 = await put(call, b"clean")
    call.service.platform.scanner = NOBODY
    await put(call, b"clean")

    assert await call.files.get(sha256) == b"clean"


@pytest.mark.parametrize("said", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK"])
async def test_a_scanner_that_does_not_finish_has_accepted_nothing(
    said: bytes, tmp_path: Path
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(10)
        writer.write(said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        path = tmp_path / "file"
        path.write_bytes(b"x" * 1000)
        assert await Scanner(f"127.0.0.1:{port}").look(path) is Verdict.QUARANTINED


async def stored(call: Call, sha256: str) -> bool:
    try:
        await call.service.store.get(sha256, io.BytesIO())
    except KeyError:
        return False
    return True
