"""A pytest plugin: a real Keycloak with the realm of a site, once for all tests that ask for it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg
import pytest

from saola.deploy.place import PARTS
from saola.deploy.realm import begin
from saola.deploy.realm.settings import Settings
from saola.deploy.secrets import Secrets
from saola.parts import keycloak as server
from saola.parts.part import free_port, running
from saola.testing.plugin import Site

CLIENTS = ("portal", "identity", "warehouse")


@dataclass(frozen=True)
class Keycloak:
    """`settings` say where it is, and where the secrets of its clients are."""

    settings: Settings

    @property
    def issuer(self) -> str:
        return self.settings.issuer

    def secret(self, name: str) -> str:
        return self.settings.secret(name)


async def _database(url: str) -> None:
    connection = await asyncpg.connect(url + "postgres")
    await connection.execute("create role keycloak login password '-'")
    await connection.execute("create database keycloak owner keycloak")
    await connection.close()


@pytest.fixture(scope="session")
def keycloak(site: Site) -> Iterator[Keycloak]:
    """Without a realm yet. It takes half a minute; and minutes where it was never built."""
    asyncio.run(_database(site.postgres))
    secrets = Secrets(site.home / "secrets-of-keycloak")
    secrets.generate([name for name in CLIENTS if name != "portal"])
    port = free_port()
    address = site.postgres.partition("@")[2]
    part = server.part(
        server.install(PARTS),
        (port, free_port()),
        f"jdbc:postgresql://{address}keycloak",
        {"database": "-", "bootstrap": secrets["keycloak-admin"]},
    )
    with running(part, patience=300):
        yield Keycloak(
            Settings(
                issuer=f"http://127.0.0.1:{port}/realms/saola",
                keycloak="",
                clients=",".join(CLIENTS),
                portal="http://127.0.0.1:8000",
                portal_inside="",
                secrets=secrets.folder,
                integrator="00000000-0000-0000-0000-000000000001",
            )
        )


@pytest.fixture(scope="session")
def realm(keycloak: Keycloak) -> Keycloak:
    """With the realm as `make up` makes it."""
    begin.begin(keycloak.settings, lambda _: None)
    return keycloak
