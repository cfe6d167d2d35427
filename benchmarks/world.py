"""A running site to measure: addresses, accounts, an obligation to read and a foreign one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
from tests.smoke.people import Person, sign_in
from tests.smoke.stage import Stage, build

from saola.apis.warehouse.v1.obligations_pb2 import GetObligationRequest, ListObligationsRequest
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.client.site import Refusal, Site

HERE = Path(__file__).parent.parent
DATA = HERE / ".data"


@dataclass(frozen=True)
class Bench:
    """A stage of its own, and another whose rows must be as if they were not there."""

    site: Site
    admin: Person
    mine: Stage
    foreign: Stage

    def headers(self) -> tuple[tuple[str, str], ...]:
        """As the reporter of `mine`."""
        return (("authorization", f"Bearer {self.mine.reporter.token()}"),)


def prepare(duties: int = 1, since: str = "2020-01-01") -> Bench:
    """Refuses to measure where a foreign row can be seen."""
    if not (DATA / "site.json").exists():
        sys.exit("No site runs here. Start one with `make up`.")
    site = Site.load(DATA / "site.json")
    password = (DATA / "secrets/account-admin").read_text().strip()
    admin = sign_in(site, "admin", password)
    bench = Bench(site, admin, build(admin, duties, since), build(admin, duties, since))
    with bench.mine.reporter.asks("warehouse") as channel:
        stub = ObligationsServiceStub(channel)
        try:
            stub.GetObligation(GetObligationRequest(name=obligation(bench.admin, bench.foreign)))
        except Refusal as no:
            if no.reason == "NOT_FOUND":
                return bench
    sys.exit("A foreign row can be seen: there is nothing to measure here.")


def obligation(who: Person, stage: Stage) -> str:
    """The name of the first obligation of the agency of `stage`."""
    with who.asks("warehouse") as channel:
        asked = ListObligationsRequest(agency=stage.agency)
        name: str = ObligationsServiceStub(channel).ListObligations(asked).obligations[0].name
    return name


def core() -> int:
    """The process that serves the warehouse."""
    run = json.loads((DATA / "run/processes.json").read_text())
    return int(next(one["pid"] for one in run["processes"] if one["name"] == "core"))


@contextmanager
def bare(port: int) -> Iterator[tuple[grpc.aio.Channel, int]]:
    """The peer in a process of its own, on the same database; and its number."""
    url = (DATA / "secrets/bench-database-url").read_text().strip()
    with _serving(port, "benchmarks.bare", f"{port}", url) as peer:
        yield peer


@contextmanager
def lane(name: str, port: int) -> Iterator[tuple[grpc.aio.Channel, int]]:
    """The warehouse once more, which reads in that lane."""
    given = Path(f"/proc/{core()}/environ").read_text().rstrip("\0").split("\0")
    env = dict(one.split("=", 1) for one in given)
    with _serving(port, "benchmarks.lanes", name, f"{port}", env=env) as peer:
        yield peer


@contextmanager
def _serving(
    port: int, *command: str, env: dict[str, str] | None = None
) -> Iterator[tuple[grpc.aio.Channel, int]]:
    with (DATA / "logs/bench.log").open("ab") as log:
        words = [sys.executable, "-m", *command]
        process = subprocess.Popen(words, cwd=HERE, env=env, stdout=log)
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as probe:
            grpc.channel_ready_future(probe).result(timeout=60)
        yield grpc.aio.insecure_channel(f"127.0.0.1:{port}"), process.pid
    finally:
        process.terminate()
        process.wait()
