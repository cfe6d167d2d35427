"""Who asks for tokens: the portal, the services, terminals, and a department's own system."""

from dataclasses import dataclass, field
from typing import Any

from saola.deploy.realm.wanted import REALM

PLAIN = ("basic", "acr", REALM)  # the scopes of all; `basic` has the subject
# Identity keeps the accounts of officials; it imports them to give them its own ids, and that
# Keycloak allows only to who may manage the realm.
RIGHTS = {"identity": ("manage-users", "view-users", "query-users", "view-realm", "manage-realm")}


@dataclass(frozen=True)
class Client:
    """`service`: the claim in tokens of its own; `rights`: to manage the realm."""

    id: str
    settings: dict[str, Any]
    secret: str = field(default="", repr=False)
    service: str = ""
    rights: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()

    def representation(self) -> dict[str, Any]:
        usual = {
            "clientId": self.id,
            "protocol": "openid-connect",
            "enabled": True,
            "publicClient": not self.secret,
            "standardFlowEnabled": False,
            "implicitFlowEnabled": False,
            "directAccessGrantsEnabled": False,
            "serviceAccountsEnabled": bool(self.secret),
            "fullScopeAllowed": True,
        }
        secret = {"secret": self.secret} if self.secret else {}
        return {**usual, **secret, **self.settings}


def portal(address: str, inner: str, secret: str) -> Client:
    """People sign in there. `inner`: where Keycloak reaches it to say that a session has ended."""
    return Client(
        "portal",
        {
            "name": "Saola",
            "standardFlowEnabled": True,
            "rootUrl": address,
            "baseUrl": "/",
            "redirectUris": [f"{address}/*"],
            "webOrigins": [],
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "backchannel.logout.url": f"{inner}/account/back-channel",
                "backchannel.logout.session.required": "true",
                "post.logout.redirect.uris": f"{address}/*",
            },
        },
        secret,
        service="portal",
    )


def service(name: str, secret: str) -> Client:
    return Client(name, {}, secret, service=name, rights=RIGHTS.get(name, ()))


def terminal() -> Client:
    """People at a terminal: a code in their own browser or program, and nothing kept secret."""
    return Client(
        "cli",
        {
            "name": "Saola, terminals",
            "standardFlowEnabled": True,
            "redirectUris": ["http://127.0.0.1/*", "http://localhost/*"],
            "attributes": {
                "pkce.code.challenge.method": "S256",
                "oauth2.device.authorization.grant.enabled": "true",
            },
        },
    )


def integrator(secret: str, agency: str) -> Client:
    """An example of a department's own system: it reports for its agency, as a person would."""
    return Client(
        "integrator",
        {"name": "A department's own system (example)"},
        secret,
        roles=("reporter",),
        positions=(f"{agency}|system",),
    )
