"""Makes a realm what it is to be, in small steps that may be done again, or stop at any point."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keycloak import KeycloakAdmin, KeycloakGetError, KeycloakPostError

from saola.deploy.realm import wanted
from saola.deploy.realm.clients import PLAIN, Client

Facts = Mapping[str, Any]
MORE = {"portal": ("profile",), "cli": ("profile",)}  # a person's name


def differs(wish: Any, found: Any) -> bool:
    """Whether what is wished for is not there. What nobody wishes for does not count."""
    if isinstance(wish, Mapping):
        there = found if isinstance(found, Mapping) else {}
        return any(differs(value, there.get(key)) for key, value in wish.items())
    if isinstance(wish, list | tuple):
        return sorted(map(str, wish)) != sorted(map(str, found or ()))
    return bool(wish != found)


@dataclass
class Keeper:
    """`admin` works in the realm; `tell` hears of every change."""

    admin: KeycloakAdmin
    tell: Callable[[str], None]

    def keep(self, clients: Iterable[Client]) -> None:
        self.realm()
        self.keys()
        self.profile()
        for name, meaning in wanted.ROLES.items():
            self.role(name, meaning)
        scope = self.scope()
        for client in clients:
            self.client(client, scope)

    def realm(self) -> None:
        try:
            found = self.admin.get_realm(wanted.REALM)
        except KeycloakGetError as error:
            if error.response_code != 404:
                raise
            made = {"realm": wanted.REALM, "components": wanted.keys(), **wanted.settings()}
            self.admin.create_realm(made, skip_exists=True)
            self.tell("realm")
            return
        if differs(wanted.settings(), found):
            self.admin.update_realm(wanted.REALM, wanted.settings())
            self.tell("realm: settings")

    def keys(self) -> None:
        """A key that signs as it should, where somebody has taken it away."""
        found = self.admin.get_components({"type": wanted.KEYS})
        providers = {one["providerId"] for one in found}
        if "ecdsa-generated" not in providers:
            first = wanted.keys()[wanted.KEYS][0]
            self.admin.create_component({**first, "providerType": wanted.KEYS})
            self.tell("key")

    def profile(self) -> None:
        found = self.admin.get_realm_users_profile()
        by_name = {one["name"]: one for one in found["attributes"]}
        wishes = wanted.attributes()
        # A name has one word in many a language, and an official may have no e-mail.
        for name in {"firstName", "lastName", "email"} & by_name.keys():
            if by_name[name].pop("required", None):
                wishes.append(by_name[name])
        if any(differs(wish, by_name.get(wish["name"])) for wish in wishes) or len(wishes) > 2:
            by_name.update({wish["name"]: wish for wish in wishes})
            self.admin.update_realm_users_profile({**found, "attributes": [*by_name.values()]})
            self.tell("profile of users")

    def role(self, name: str, meaning: str) -> None:
        try:
            self.admin.get_realm_role(name)
        except KeycloakGetError as error:
            if error.response_code != 404:
                raise
            made = {"name": name, "description": meaning}
            self.admin.create_realm_role(made, skip_exists=True)
            self.tell(f"role {name}")

    def scope(self) -> str:
        """The id of our scope, with its mappers."""
        wish = wanted.scope()
        found = self.admin.get_client_scope_by_name(wish["name"])
        if found is None:
            id = str(self.admin.create_client_scope(wish, skip_exists=True))
            self.tell("scope")
        else:
            id = found["id"]
            if differs(wish, found):
                self.admin.update_client_scope(id, {**found, **wish})
                self.tell("scope: settings")
        there = {one["name"]: one for one in self.admin.get_mappers_from_client_scope(id)}
        for mapper in wanted.claims():
            known = there.get(mapper["name"])
            if known is None:
                self.admin.add_mapper_to_client_scope(id, mapper)
                self.tell(f"claim {mapper['name']}")
            elif differs(mapper, known):
                self.admin.update_mapper_in_client_scope(id, known["id"], {**known, **mapper})
                self.tell(f"claim {mapper['name']}: settings")
        return id

    def client(self, client: Client, scope: str) -> None:
        wish = client.representation()
        id = self.admin.get_client_id(client.id)
        if id is None:
            scopes = [*PLAIN, *MORE.get(client.id, ())]
            made = {**wish, "defaultClientScopes": scopes, "optionalClientScopes": []}
            id = self.admin.create_client(made, skip_exists=True)
            self.tell(f"client {client.id}")
        elif differs(wish, self.admin.get_client(id)):
            self.admin.update_client(id, wish)
            self.tell(f"client {client.id}: settings")
        there = {one["id"] for one in self.admin.get_client_default_client_scopes(id)}
        if scope not in there:
            about = {"realm": wanted.REALM, "client": id, "clientScopeId": scope}
            self.admin.add_client_default_client_scope(id, scope, about)
            self.tell(f"client {client.id}: scope")
        if client.secret:
            self.account(client, id)

    def account(self, client: Client, id: str) -> None:
        """What a client is when it asks for itself."""
        user = self.admin.get_client_service_account_user(id)
        wish: dict[str, list[str]] = {}
        if client.service:
            wish["service"] = [client.service]
        if client.positions:
            wish["positions"] = list(client.positions)
        if differs(wish, user.get("attributes")):
            attributes = {**user.get("attributes", {}), **wish}
            self.admin.update_user(user["id"], {**user, "attributes": attributes})
            self.tell(f"client {client.id}: account")
        self.rights(user["id"], client)
        has = {role["name"] for role in self.admin.get_realm_roles_of_user(user["id"])}
        if missing := [name for name in client.roles if name not in has]:
            roles = [self.admin.get_realm_role(name) for name in missing]
            self.admin.assign_realm_roles(user["id"], roles)
            self.tell(f"client {client.id}: roles")

    def rights(self, user: str, client: Client) -> None:
        """Those to manage the realm, no more and no fewer."""
        manage = str(self.admin.get_client_id("realm-management"))
        given = self.admin.get_client_roles_of_user(user, manage)
        has = {role["name"]: role for role in given}
        if missing := set(client.rights) - has.keys():
            roles = [self.admin.get_client_role(manage, name) for name in sorted(missing)]
            self.admin.assign_client_role(user, manage, roles)
            self.tell(f"client {client.id}: rights")
        if extra := [role for name, role in has.items() if name not in client.rights]:
            self.admin.delete_client_roles_of_user(user, manage, extra)
            self.tell(f"client {client.id}: fewer rights")


def first_person(admin: KeycloakAdmin, name: str, password: str, agency: str) -> bool:
    """The administrator that a site begins with, in the agency at its top; False if he is there."""
    if admin.get_user_id(name) is not None:
        return False
    person = {
        "username": name,
        "enabled": True,
        "firstName": "Quản trị",
        "lastName": "viên",
        "attributes": {"positions": [f"{agency}|Quản trị viên"]},
        # Whoever begins a site does all of this, until others are appointed.
        "realmRoles": ["administrator", "steward", "leader", "auditor"],
        "credentials": [{"type": "password", "value": password, "temporary": False}],
    }
    try:
        admin.partial_import_realm(wanted.REALM, {"ifResourceExists": "SKIP", "users": [person]})
    except KeycloakPostError as error:
        if error.response_code != 409:
            raise
    return True
