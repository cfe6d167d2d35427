"""Databases, roles and tables of the services, up to date; it may be run again."""

import asyncio
import importlib

from saola.deploy.place import Place
from saola.kit import migrate


async def provide(place: Place) -> None:
    """A database for each service with its owner, its login and its role."""
    secrets = place.secrets
    server = f"postgresql://postgres:{secrets['postgres']}@127.0.0.1:{place.ports['postgres']}"
    for service in place.services:
        given = secrets[f"database-{service}"], secrets[f"owner-{service}"]
        await migrate.provide(f"{server}/postgres", service, *given)
    # The peer of the benchmarks reads a table of the warehouse without row security.
    secrets.write("bench-database-url", f"{server}/warehouse")


def upgrade(place: Place) -> None:
    """The tables of each service, by its owner."""
    for point in importlib.metadata.entry_points(group="saola.apps"):
        app = point.load() if point.name in place.services else None
        if app is not None and app.tables is not None:
            owner = place.sql(f"{app.name}_owner", app.name)
            url = owner.replace("@", f":{place.secrets[f'owner-{app.name}']}@", 1)
            migrate.upgrade(url, app.name, app.package, app.tables)


def prepare(place: Place) -> None:
    asyncio.run(provide(place))
    upgrade(place)
