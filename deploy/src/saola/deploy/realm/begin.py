"""One run over the realm, as the client that Keycloak was started with."""

from collections.abc import Callable, Iterator

from keycloak import KeycloakAdmin

from saola.deploy.realm import clients
from saola.deploy.realm.clients import Client
from saola.deploy.realm.keep import Keeper
from saola.deploy.realm.settings import Settings
from saola.deploy.realm.wanted import REALM

ADMINISTRATOR = "saola-admin"  # of the master realm, made at the first start of Keycloak
PATIENCE = 60  # seconds for one request


def administration(settings: Settings) -> KeycloakAdmin:
    return KeycloakAdmin(
        server_url=settings.server,
        client_id=ADMINISTRATOR,
        client_secret_key=settings.secret("keycloak-admin"),
        realm_name=REALM,
        user_realm_name="master",
        timeout=PATIENCE,
    )


def wished(settings: Settings) -> Iterator[Client]:
    for name in filter(None, settings.clients.split(",")):
        if name == "portal":
            inside = settings.portal_inside or settings.portal
            yield clients.portal(settings.portal, inside, settings.secret("client-portal"))
        else:
            yield clients.service(name, settings.secret(f"client-{name}"))
    yield clients.terminal()
    if settings.integrator:
        yield clients.integrator(settings.secret("client-integrator"), settings.integrator)


def begin(settings: Settings, tell: Callable[[str], None]) -> None:
    Keeper(administration(settings), tell).keep(wished(settings))
