"""Each part is started, used by a real client, and stopped."""

import os
import signal
import socket
import time
from pathlib import Path

import asyncpg
import nats
import psutil
import pytest
from minio import Minio
from minio.error import S3Error
from urllib3 import PoolManager

from saola.parts import nats as broker
from saola.parts import objects, postgres
from saola.parts.part import Part, PartFailed, await_ready, end, free_port, running


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that whoever runs PostgreSQL may enter."""
    folder = tmp_path_factory.mktemp("part")
    for step in (folder, folder.parent, folder.parent.parent):
        step.chmod(0o755)
    return folder


async def test_postgres_keeps_what_was_committed_before_it_was_killed(home: Path) -> None:
    postgres.create(home / "postgres", "a password")
    port = free_port()
    part = postgres.part(home / "postgres", port)
    url = f"postgresql://postgres:a%20password@127.0.0.1:{port}/postgres"
    process = part.start()
    await_ready(part, process)
    first = await asyncpg.connect(url)
    await first.execute("create extension pg_trgm; create table words (word text)")
    await first.execute("insert into words values ('đường')")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    first.terminate()
    postgres.create(home / "postgres", "another")  # there is one already
    with running(part):
        second = await asyncpg.connect(url)
        assert await second.fetchval("select word from words") == "đường"
        assert len(await second.fetchval("select show_trgm('đường')")) == 6
        await second.close()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(url.replace("a%20password", "wrong"))


async def test_nats_lets_in_who_has_the_password_and_keeps_streams(home: Path) -> None:
    port = free_port()
    part = broker.part(home / "nats", port, free_port(), "a-password")
    with running(part):
        client = await nats.connect(f"nats://saola:a-password@127.0.0.1:{port}")
        stream = client.jetstream()
        await stream.add_stream(name="facts", subjects=["facts"])
        await stream.publish("facts", b"one")
        await client.close()
        assert b"Authorization Violation" in said_to_a_stranger(port)
    assert (home / "nats/nats.conf").stat().st_mode & 0o777 == 0o600
    with running(part):
        client = await nats.connect(f"nats://saola:a-password@127.0.0.1:{port}")
        assert (await client.jetstream().get_msg("facts", 1)).data == b"one"
        await client.close()


def said_to_a_stranger(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(b"CONNECT {}\r\nPING\r\n")
        return b"".join(iter(lambda: line.recv(4096), b""))


def test_the_store_serves_whoever_has_the_key_on_loopback_alone(home: Path) -> None:
    ports = objects.free_ports()
    part = objects.part(home / "objects", ports, "a-key", "a secret")
    process = part.start()
    try:
        await_ready(part, process)
        with PoolManager() as pool:
            client = connect(ports["s3"], "a-key", pool)
            client.make_bucket("saola")
            assert client.bucket_exists("saola")
            with pytest.raises(S3Error, match=r"AccessDenied|InvalidAccessKeyId"):
                connect(ports["s3"], "another", pool).list_buckets()
        heard = psutil.Process(process.pid).net_connections("tcp")
        listening = {one.laddr.ip for one in heard if one.status == psutil.CONN_LISTEN}
        assert listening == {"127.0.0.1"}
        assert {one.raddr.ip for one in heard if one.raddr} <= {"127.0.0.1"}
        until = time.monotonic() + 30
        while not all(file.is_socket() for file in part.leaves):
            assert time.monotonic() < until, [file for file in part.leaves if not file.exists()]
            time.sleep(0.05)
    finally:
        end(part, process)
    assert not any(file.exists() for file in part.leaves)


def connect(port: int, key: str, pool: PoolManager) -> Minio:
    return Minio(f"127.0.0.1:{port}", key, "a secret", secure=False, http_client=pool)


def test_what_another_user_has_left_is_named_before_anything_is_started() -> None:
    foreign = Path("/proc/version")  # which nobody may remove
    with pytest.raises(PartFailed, match=r"/proc/version is another user's, .* or choose others"):
        Part("late", ("/bin/sh", "-c", "exit 3"), {}, lambda: True, leaves=(foreign,)).start()


def test_a_part_that_ends_at_once_says_so() -> None:
    with (
        pytest.raises(PartFailed, match="short ended with 3"),
        running(Part("short", ("/bin/sh", "-c", "exit 3"), {}, lambda: False)),
    ):
        pass
