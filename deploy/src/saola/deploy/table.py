"""The table of what runs on one machine: name, what it needs, how it is made."""

import subprocess
import sys
from collections.abc import Callable

import psutil

from saola.deploy import keycloak_database, orphans
from saola.deploy.place import CORE, EDGES, PARTS, ROOT, Place
from saola.deploy.rows import CannotStart, Process, Row, Step
from saola.parts import keycloak, nats, objects, postgres
from saola.parts.part import BIN, Part, PartFailed, answers

Say = Callable[[str], None]
STEPS = ("databases", "realm", "administrator", "demo")


def table(place: Place, say: Say) -> list[Row]:
    """In any order: the needs say what comes first."""
    rows: list[Row] = [
        Process("postgres", lambda: _postgres(place)),
        Process("nats", lambda: _nats(place)),
        Process("objects", lambda: _objects(place)),
        Step("databases", lambda: run(place, "databases"), ("postgres",)),
        Process("keycloak", lambda: _keycloak(place, say), ("postgres",)),
        Step("realm", lambda: run(place, "realm"), ("keycloak",)),
        Process("core", lambda: _serve(place, "core", *CORE), ("databases", "nats", "objects")),
        Process("portal", lambda: _serve(place, "portal", *EDGES), ("nats",)),
        Step("administrator", lambda: run(place, "administrator"), ("realm", "core")),
    ]
    if place.domain:
        needs = ("databases", "nats", "objects")
        rows.append(Process("domain", lambda: _serve(place, "domain", *place.domain), needs))
    if place.asked.demo:
        rows.append(Step("demo", lambda: run(place, "demo", say), ("administrator",), aside=True))
    return rows


def run(place: Place, command: str, say: Say | None = None) -> str:
    """A command of this package in a process of its own; the last line that it says."""
    words = (sys.executable, "-m", "saola.deploy", command)
    env = {**psutil.Process().environ(), **place.realm(), orphans.MARK: str(place.data)}
    errors = place.data / f"logs/{command}.log"
    with (
        errors.open("ab") as log,
        subprocess.Popen(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env=env
        ) as process,
    ):
        last = ""
        for line in process.stdout or ():
            last = line.strip()
            if say:
                say(f"{command}: {last}")
    if process.returncode:
        raise CannotStart(f"{last or command + ' failed'} See {errors}.")
    return last


def _postgres(place: Place) -> Part:
    home = place.data / "postgres"
    try:
        postgres.create(home, place.secrets["postgres"])
    except RuntimeError as error:
        raise CannotStart(str(error)) from None
    return postgres.part(home, place.ports["postgres"])


def _nats(place: Place) -> Part:
    numbers = place.ports["nats"], place.ports["nats.http"]
    return nats.part(place.data / "nats", *numbers, place.secrets["nats"])


def _objects(place: Place) -> Part:
    keys = place.secrets["objects-access-key"], place.secrets["objects-secret-key"]
    numbers = {name: place.ports[name] for name in objects.PORTS}
    numbers |= {f"{name}.grpc": place.ports[f"{name}.grpc"] for name in objects.PORTS}
    return objects.part(place.data / "objects", numbers, *keys)


def _keycloak(place: Place, say: Say) -> Part:
    keycloak_database.provide(place)
    if not keycloak.installed(PARTS):
        say("keycloak is fetched and built: this once, it takes a minute")
    try:
        home = keycloak.install(PARTS)
    except (RuntimeError, PartFailed, OSError) as error:
        raise CannotStart(str(error)) from None
    database = f"jdbc:postgresql://127.0.0.1:{place.ports['postgres']}/keycloak"
    given = {
        "database": place.secrets["database-keycloak"],
        "bootstrap": place.secrets["keycloak-admin"],
    }
    numbers = place.ports["keycloak"], place.ports["keycloak.management"]
    return keycloak.part(home, numbers, database, given, place.asked.listen)


def _serve(place: Place, process: str, *names: str) -> Part:
    numbers = {name: place.ports[name] for name in names if name not in EDGES}
    return Part(
        name=process,
        command=(str(BIN / "saola"), "serve", *names),
        ports={**numbers, "http": place.ports[process]},
        ready=lambda: answers(f"http://{place.at(process)}/readyz"),
        environment=place.environment(process),
        grace=30,
    )
