"""`python -m saola.deploy`: `up` and `ps`; and the steps that `up` takes, each for itself."""

import asyncio
import fcntl
import json
import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from saola.deploy import orphans, ports, settings, shown
from saola.deploy.place import Place
from saola.deploy.rows import CannotStart, check_disk
from saola.deploy.supervisor import Supervisor
from saola.deploy.table import STEPS, table
from saola.parts.part import PartFailed

deploy = typer.Typer(
    help=f"A whole site on one machine. Its steps, each with --help: {', '.join(STEPS)}.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def say(line: str) -> None:
    print(line, flush=True)


@deploy.command()
def up() -> None:
    """Start everything, look after it, and end it all with Ctrl-C."""
    place = Place(settings.load())
    place.data.mkdir(mode=0o755, exist_ok=True)
    with alone(place):
        if count := orphans.end(place.data):
            say(f"{count} processes of an earlier start were still there, and have been ended.")
        check_disk(place.data)
        ports.check(place.ports, place.public)
        place.secrets.generate(place.services)

        async def serve() -> None:
            supervisor = Supervisor(table(place, say), place.data, say)

            async def announce() -> None:
                place.write()
                say(shown.where(place))

            await supervisor.run(announce)

        asyncio.run(serve())
        say("Everything has ended.")


@deploy.command()
def ps(*, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Show what runs: name, state, process, ports, restarts, since when, memory."""
    rows = shown.processes(settings.load().data)
    print(json.dumps([row.facts() for row in rows]) if as_json else shown.list_of(rows))


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Refuses to be the second in the same folder."""
    with (place.data / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise CannotStart(
                f"A site runs in {place.data} already, by process {lock.read()}: see `make ps`."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in STEPS:  # heavy: the supervisor lives long without them
        runpy.run_module("saola.deploy.steps", run_name="__main__")
        return
    try:
        deploy()
    except (CannotStart, PartFailed) as error:
        say(str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
