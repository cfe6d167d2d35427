"""A pytest plugin: a real Keycloak with the realm of a site, once for all tests that ask for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from secrets import token_urlsafe
from typing import Any

import asyncpg
import httpx
import pytest
from keycloak import KeycloakAdmin

from saola.deploy.place import PARTS
from saola.deploy.realm import begin
from saola.deploy.realm.settings import Settings
from saola.deploy.realm.wanted import REALM
from saola.deploy.secrets import Secrets
from saola.kit.cli import installed
from saola.parts import embedded
from saola.parts import keycloak as server
from saola.parts.part import free_port, running
from saola.testing.plugin import Site

CLIENTS = [app.name for app in installed()]
PASSWORD = token_urlsafe()  # of everybody who is made here
TERMINAL = "tests"  # signs people in by their password alone, which no client of a site may


@dataclass(frozen=True)
class Keycloak:
    """`settings` say where it is, and where the secrets of its clients are."""

    settings: Settings

    @property
    def issuer(self) -> str:
        return self.settings.issuer

    def secret(self, name: str) -> str:
        return self.settings.secret(name)

    @cached_property
    def admin(self) -> KeycloakAdmin:
        return begin.administration(self.settings)

    def person(self, user_name: str, *roles: str) -> str:
        """A token of somebody with these roles, who is made where there is nobody."""
        password = {"type": "password", "value": PASSWORD, "temporary": False}
        names = {"firstName": "Lò Thị", "lastName": "Mai", "email": f"{user_name}@example.vn"}
        account = {"username": user_name, "enabled": True, "credentials": [password], **names}
        id = self.admin.create_user(account, exist_ok=True)
        self.admin.assign_realm_roles(id, [self.admin.get_realm_role(role) for role in roles])
        return str(self.sign_in(user_name)["access_token"])

    def service(self, name: str) -> str:
        """A token of a service that asks for itself."""
        asked = {"grant_type": "client_credentials", "client_id": name}
        said = self._ask(asked | {"client_secret": self.secret(f"client-{name}")})
        return str(said["access_token"])

    def sign_in(self, user_name: str, password: str = PASSWORD) -> dict[str, Any]:
        """What Keycloak says to a name and a password."""
        client = {"clientId": TERMINAL, "publicClient": True, "directAccessGrantsEnabled": True}
        client["defaultClientScopes"] = ["basic", REALM]
        self.admin.create_client(client, skip_exists=True)
        asked = {"grant_type": "password", "client_id": TERMINAL}
        return self._ask(asked | {"username": user_name, "password": password})

    def _ask(self, form: dict[str, str]) -> dict[str, Any]:
        answer = httpx.post(f"{self.issuer}/protocol/openid-connect/token", data=form)
        said: dict[str, Any] = answer.json()
        return said


async def _database(url: str) -> None:
    connection = await asyncpg.connect(url + "postgres")
    await connection.execute("create role keycloak login password '-'")
    await connection.execute("create database keycloak owner keycloak")
    await connection.close()


@pytest.fixture(scope="session")
def keycloak(site: Site) -> Iterator[Keycloak]:
    """Without a realm yet, on a database server of its own: what others do to theirs is no matter.
    It takes half a minute; and minutes where it was never built.
    """
    with embedded.postgres(site.home / "postgres-of-keycloak") as postgres:
        asyncio.run(_database(postgres))
        with _serving(site, postgres) as running:
            yield running


@contextmanager
def _serving(site: Site, postgres: str) -> Iterator[Keycloak]:
    secrets = Secrets(site.home / "secrets-of-keycloak")
    secrets.generate([name for name in CLIENTS if name != "portal"])
    port = free_port()
    address = postgres.partition("@")[2]
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
