"""What was set aside, seen and driven again by command, whether the service runs or not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Annotated, TypeVar

import asyncpg
import typer
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import DecodeError

from saola.kit.loops import connected
from saola.kit.settings import Platform, load
from saola.kit.start import CannotStart

if TYPE_CHECKING:
    from saola.kit.app import App

R = TypeVar("R")
Find = Callable[[Iterable[str]], "list[App]"]
Service = Annotated[str, typer.Argument(metavar="SERVICE", show_default=False)]
Services = Annotated[list[str] | None, typer.Argument(metavar="[SERVICE]…", show_default=False)]
Keys = Annotated[list[str] | None, typer.Argument(metavar="[KEY]…", show_default=False)]
Everything = Annotated[bool, typer.Option("--all", help="Whatever its key.")]

PARKED = """
    select key, count(*), min(at) as since, (array_agg(type order by at))[1] as type,
        (array_agg(error order by at))[1] as error
    from parked group by key order by since
"""
EVENTS = "select * from parked where key = $1 order by at, revision"
ASK = "update parked set asked_at = now() where $1::text[] is null or key = any ($1)"
STUCK = """
    select queue, handler, key, attempts, error, parked_at from work
    where parked_at is not null order by parked_at
"""
AGAIN = """
    update work set parked_at = null, attempts = 0, retry_at = now()
    where parked_at is not null and ($1::text[] is null or key = any ($1))
"""
RESYNC = "update jobs set done_until = null where name = any ($1)"


def commands(saola: typer.Typer, find: Find) -> None:
    """Adds `saola events`, `saola work` and `saola resync`."""
    events = typer.Typer(no_args_is_help=True, help="Events that could not be applied.")
    work = typer.Typer(no_args_is_help=True, help="Own work that could not be done.")
    saola.add_typer(events, name="events")
    saola.add_typer(work, name="work")

    @events.command("list")
    def list_events(names: Services = None) -> None:
        """The keys under which events wait, with the error of the first."""
        for app in _with_tables(find(names or ())):
            for row in _rows(app.name, PARKED):
                since = row["since"].isoformat(timespec="seconds")
                line = (app.name, row["key"], f"{row['count']}", since, row["type"], row["error"])
                typer.echo("\t".join(line))

    @events.command()
    def show(name: Service, key: str) -> None:
        """Every event that waits under a key, in order."""
        [app] = _with_tables(find([name]))
        for row in _rows(name, EVENTS, key):
            typer.echo(f"{row['id']} {row['type']} revision {row['revision']}: {row['error']}")
            typer.echo(_readable(app, row["type"], row["body"]))

    @events.command()
    def redrive(name: Service, keys: Keys = None, *, everything: Everything = False) -> None:
        """Have what waits under these keys applied again, up to the first that fails again."""
        done = _do(name, ASK, _chosen(keys, everything=everything), "parked")
        typer.echo(f"{name}: {done} asked for.")

    @work.command("list")
    def list_work(names: Services = None) -> None:
        """Own work that was tried often enough."""
        for app in _with_tables(find(names or ())):
            for row in _rows(app.name, STUCK):
                since = row["parked_at"].isoformat(timespec="seconds")
                typer.echo("\t".join((app.name, row["key"], since, row["handler"], row["error"])))

    @work.command("redrive")
    def redrive_work(name: Service, keys: Keys = None, *, everything: Everything = False) -> None:
        """Have own work under these keys tried again."""
        done = _do(name, AGAIN, _chosen(keys, everything=everything), "work")
        typer.echo(f"{name}: {done} asked for.")

    @saola.command()
    def resync(name: Service) -> None:
        """Have a service rebuild its copies of what others own, while it runs."""
        [app] = _with_tables(find([name]))
        once = app.jobs.once if app.jobs else []
        if not once:
            raise CannotStart(f"{name} keeps no copy of what others own.")
        _do(name, RESYNC, once, "jobs")
        typer.echo(f"{name}: {', '.join(once)}")


def _chosen(keys: list[str] | None, *, everything: bool) -> list[str] | None:
    if bool(keys) == everything:
        raise CannotStart("Say which keys, or --all.")
    return None if everything else keys


def _with_tables(apps: "Iterable[App]") -> "list[App]":
    return [app for app in apps if app.tables is not None]


def _rows(service: str, query: str, *values: object) -> list[asyncpg.Record]:
    async def ask(connection: asyncpg.Connection) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await connection.fetch(query, *values)
        return rows

    return _connected(service, ask)


def _do(service: str, statement: str, values: list[str] | None, channel: str) -> int:
    """Gives the number of rows, and wakes the service."""

    async def do(connection: asyncpg.Connection) -> int:
        async with connection.transaction():
            said: str = await connection.execute(statement, values)
            await connection.execute(f"notify {channel}")
        return int(said.rsplit(maxsplit=1)[-1])

    return _connected(service, do)


def _connected(service: str, use: Callable[[asyncpg.Connection], Awaitable[R]]) -> R:
    async def main() -> R:
        async with connected(load(Platform).database_url(service)) as connection:
            return await use(connection)

    return asyncio.run(main())


def _readable(app: "App", type: str, body: bytes) -> str:
    """As JSON, if the service knows such events and this is one."""
    kind, _ = (app.consumers.handlers if app.consumers else {}).get(type, (None, None))
    if kind is None:
        return body.hex()
    try:
        return MessageToJson(kind.FromString(body), ensure_ascii=False)
    except DecodeError:
        return body.hex()
