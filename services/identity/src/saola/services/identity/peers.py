"""What identity asks of Keycloak, in its own words: that an account be as it is written here."""

import base64
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from keycloak import KeycloakAdmin, KeycloakError, KeycloakGetError

from saola.kit.call import Call
from saola.services.identity.domain.officials import Role
from saola.services.identity.settings import Settings

# As Keycloak 26 hashes by itself, so that it does not hash again at the first sign-in.
ITERATIONS, MEMORY, LENGTH = 5, 7168, 32
NOT_TAKEN: Final = {400, 409}  # the account is wrong, or in the way of another
OURS: Final = {role.value for role in Role}
log = structlog.get_logger()


class KeycloakAway(Exception):
    """It did not do it this time. What it said is not repeated: that quotes names and addresses."""


@dataclass(frozen=True)
class Account:
    """What Keycloak is to know of an official."""

    id: UUID
    user_name: str
    full_name: str
    email: str
    positions: Sequence[str]
    roles: Sequence[str]
    enabled: bool

    def representation(self) -> dict[str, Any]:
        # Keycloak writes the first name first, and Vietnamese the family name: so the last word
        # stands where the last name does, and the whole is said as it is written.
        before, _, last = self.full_name.rpartition(" ")
        return {
            "username": self.user_name,
            "firstName": before or last,
            "lastName": last,
            "email": self.email or None,
            "emailVerified": bool(self.email),
            "enabled": self.enabled,
        }


def hashed(password: str) -> str:
    """A password as Keycloak keeps it: what lies in our tables until then is this, not the word."""
    salt = secrets.token_bytes(16)
    argon = Argon2id(salt=salt, length=LENGTH, iterations=ITERATIONS, lanes=1, memory_cost=MEMORY)
    data = {
        "value": base64.b64encode(argon.derive(password.encode())).decode(),
        "salt": base64.b64encode(salt).decode(),
        "additionalParameters": {},
    }
    return json.dumps(data)


async def bring(call: Call, account: Account, first_password: str | None) -> bool:
    """Makes the account what it is to be. Each step may be done twice, and be the last one done.

    False where Keycloak does not take such an account, or somebody else has its user name there.
    """
    async with _keycloak(call) as keycloak:
        try:
            return await _make(keycloak, account, first_password)
        except KeycloakError as error:
            if error.response_code not in NOT_TAKEN:
                raise
            log.warning("account not taken", account=str(account.id), code=error.response_code)
            return False


async def _make(keycloak: KeycloakAdmin, account: Account, first_password: str | None) -> bool:
    found = await _find(keycloak, account.id)
    if found is None:
        realm = str(keycloak.connection.realm_name)
        await keycloak.a_partial_import_realm(realm, _import(account, first_password))
        found = await _find(keycloak, account.id)
        if found is None:
            log.warning("user name taken", account=str(account.id))
            return False
    # Everything goes back: what a PUT with attributes leaves out, Keycloak wipes.
    attributes = {**found.get("attributes", {}), "positions": list(account.positions)}
    changed = {**found, **account.representation(), "attributes": attributes}
    if changed != found:
        await keycloak.a_update_user(str(account.id), changed)
    await _give_roles(keycloak, account)
    if not account.enabled:
        await keycloak.a_user_logout(str(account.id))
    return True


@asynccontextmanager
async def _keycloak(call: Call) -> AsyncIterator[KeycloakAdmin]:
    platform, settings = call.service.platform, call.settings(Settings)
    server, _, realm = (settings.keycloak or platform.issuer).partition("/realms/")
    keycloak = KeycloakAdmin(
        server_url=server,
        verify=server.startswith("https:"),
        realm_name=realm,
        user_realm_name=realm,
        client_id=settings.keycloak_client,
        client_secret_key=platform.secret(f"client-{settings.keycloak_client}"),
        timeout=settings.keycloak_patience,
    )
    try:
        yield keycloak
    except KeycloakError as error:
        raise KeycloakAway(f"{type(error).__name__} {error.response_code}") from None
    finally:  # two clients: one for the questions, one for the tokens that they take
        await keycloak.connection.keycloak_openid.connection.aclose()
        await keycloak.connection.aclose()


async def _find(keycloak: KeycloakAdmin, id: UUID) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await keycloak.a_get_user(str(id))
    except KeycloakGetError as error:
        if error.response_code == 404:
            return None
        raise
    return found


def _import(account: Account, first_password: str | None) -> dict[str, Any]:
    """A user with our own id, which becomes `sub`. With a hash, so a policy is not asked again."""
    parameters = {
        "hashLength": [str(LENGTH)],
        "memory": [str(MEMORY)],
        "type": ["id"],
        "version": ["1.3"],
        "parallelism": ["1"],
    }
    data = {"hashIterations": ITERATIONS, "algorithm": "argon2", "additionalParameters": parameters}
    password = {
        "type": "password",
        "secretData": first_password,
        "credentialData": json.dumps(data),
    }
    user = {
        **account.representation(),
        "id": str(account.id),
        "attributes": {"positions": list(account.positions)},
        "realmRoles": list(account.roles),
        "credentials": [password] if first_password else [],
        "requiredActions": ["UPDATE_PASSWORD"],
    }
    return {"ifResourceExists": "SKIP", "users": [user]}


async def _give_roles(keycloak: KeycloakAdmin, account: Account) -> None:
    """Gives and takes roles of Saola; others that somebody has stay."""
    id, wanted = str(account.id), set(account.roles)
    has = {role["name"]: role for role in await keycloak.a_get_realm_roles_of_user(id)}
    if gone := [role for name, role in has.items() if name in OURS - wanted]:
        await keycloak.a_delete_realm_roles_of_user(id, gone)
    if missing := wanted - has.keys():
        roles = await keycloak.a_get_realm_roles()
        await keycloak.a_assign_realm_roles(id, [role for role in roles if role["name"] in missing])
