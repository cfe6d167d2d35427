"""Which port is whose; all are moved by one number."""

import socket
from collections.abc import Iterable, Mapping

import psutil

from saola.deploy.rows import CannotStart

# In this order from PORT_BASE on, or else at the usual places.
USUAL: Mapping[str, int] = {
    "portal": 8000,
    "keycloak": 8080,
    "core": 8081,
    "domain": 8082,
    "identity": 50051,
    "warehouse": 50052,
    "postgres": 5432,
    "nats": 4222,
    "s3": 8333,
    "nats.http": 8222,
    "keycloak.management": 9000,
    "admin": 23646,
    "master": 9333,
    "volume": 9340,
    "filer": 8888,
    "admin.grpc": 33646,
    "master.grpc": 19333,
    "volume.grpc": 19340,
    "filer.grpc": 18888,
    "s3.grpc": 18333,
}
MORE = 50053  # the first of the services that are not named here


def plan(base: int, services: Iterable[str]) -> dict[str, int]:
    """A port for each name of USUAL and each service; from `base` on, unless that is 0."""
    others = sorted(set(services) - set(USUAL))
    if base:
        return {name: base + n for n, name in enumerate((*USUAL, *others))}
    return {**USUAL, **{name: MORE + n for n, name in enumerate(others)}}


def check(ports: Mapping[str, int], hosts: Mapping[str, str]) -> None:
    """Refuses a port that another process has. `hosts`: where a name listens, if not loopback."""
    for name, port in ports.items():
        try:
            socket.create_server((hosts.get(name, "127.0.0.1"), port)).close()
        except OSError as error:
            raise CannotStart(
                f"Port {port}, where {name} is to listen, cannot be had: "
                f"{(error.strerror or str(error)).lower()}{_whose(port)}. "
                "Free it, or move all ports, as in: make up PORT_BASE=20000"
            ) from None


def _whose(port: int) -> str:
    try:
        for line in psutil.net_connections("tcp"):
            if line.laddr and line.laddr.port == port and line.status == "LISTEN" and line.pid:
                return f", by process {line.pid} ({psutil.Process(line.pid).name()})"
    except psutil.Error:
        pass
    return ""
