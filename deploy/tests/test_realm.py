"""The realm in a real Keycloak: made, stopped halfway, made again, mended where it was changed."""

import base64
import json
from contextlib import suppress
from typing import Any

import httpx
import pytest
from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakError

from saola.client import oidc
from saola.deploy.plugin import Keycloak
from saola.deploy.realm import wanted
from saola.deploy.realm.begin import administration, begin, wished
from saola.deploy.realm.keep import Keeper, differs, first_person

pytestmark = pytest.mark.timeout(600)  # Keycloak starts slowly on a busy machine
AGENCY = "00000000-0000-0000-0000-000000000001"


class Killed(Exception):
    """Whoever keeps the realm is gone."""


def claims(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


def header(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "==")
    )
    return found


@pytest.fixture(scope="module")
def admin(realm: Keycloak) -> KeycloakAdmin:
    return administration(realm.settings)


def test_only_what_is_wished_for_counts() -> None:
    assert not differs({"a": {"b": "1"}}, {"a": {"b": "1", "more": "2"}, "id": "x"})
    assert not differs({"a": ["2", "1"]}, {"a": ["1", "2"]})
    assert differs({"a": {"b": "1"}}, {"a": {}})
    assert differs({"a": ["1"]}, {"a": ["1", "2"]})


def test_killed_halfway_again_and_again_it_ends_as_it_should_be(keycloak: Keycloak) -> None:
    with suppress(KeycloakError):  # another test may have begun it
        administration(keycloak.settings).delete_realm(wanted.REALM)
    for last in (1, 4, 3, 5):
        changes: list[str] = []

        def tell(change: str, changes: list[str] = changes, last: int = last) -> None:
            changes.append(change)
            if len(changes) == last:
                raise Killed

        with pytest.raises(Killed):
            begin(keycloak.settings, tell)
    begin(keycloak.settings, lambda _: None)
    again: list[str] = []
    begin(keycloak.settings, again.append)
    assert again == []


def test_what_somebody_changed_by_hand_is_mended_and_what_is_not_ours_stays(
    realm: Keycloak, admin: KeycloakAdmin
) -> None:
    id = admin.get_client_id("identity")
    assert id
    admin.update_client(id, {"directAccessGrantsEnabled": True, "description": "a note"})
    admin.update_realm(wanted.REALM, {"accessTokenLifespan": 86400, "displayNameHtml": "<b>S</b>"})
    scope = admin.get_client_scope_by_name(wanted.REALM)
    assert scope
    [mapper] = [one for one in scope["protocolMappers"] if one["name"] == "positions"]
    admin.delete_mapper_from_client_scope(scope["id"], mapper["id"])
    told: list[str] = []
    begin(realm.settings, told.append)
    assert told == ["realm: settings", "claim positions", "client identity: settings"]
    mended = admin.get_client(id)
    assert (mended["directAccessGrantsEnabled"], mended["description"]) == (False, "a note")
    found = admin.get_realm(wanted.REALM)
    assert (found["accessTokenLifespan"], found["displayNameHtml"]) == (300, "<b>S</b>")


def test_a_service_says_who_it_is_and_signs_with_p256(realm: Keycloak) -> None:
    token = oidc.of_system(realm.issuer, "identity", realm.secret("client-identity"))()
    assert header(token)["alg"] == "ES256"
    said = claims(token)
    assert (said["service"], said["aud"]) == ("identity", "saola")
    assert "positions" not in said
    assert said["exp"] - said["iat"] == 300


def test_a_system_of_a_department_is_no_service(realm: Keycloak) -> None:
    said = claims(oidc.of_system(realm.issuer, "integrator", realm.secret("client-integrator"))())
    assert "service" not in said
    assert said["positions"] == [f"{AGENCY}|system"]
    assert "reporter" in said["roles"]


def test_a_person_has_positions_and_roles_whichever_client_they_come_by(
    realm: Keycloak, admin: KeycloakAdmin
) -> None:
    password = realm.secret("account-admin")
    assert first_person(admin, "admin", password, AGENCY)
    assert not first_person(admin, "admin", password, AGENCY)
    said = claims(oidc.of_person(realm.issuer, "cli", "admin", password)())
    assert said["positions"] == [f"{AGENCY}|Quản trị viên"]
    assert {"administrator", "steward", "leader"} <= set(said["roles"])
    assert "service" not in said


def test_nobody_gets_in_without_a_code_or_with_a_wrong_password(realm: Keycloak) -> None:
    with pytest.raises(oidc.SignInError):
        oidc.of_person(realm.issuer, "cli", "admin", "a wrong password")()
    form = {"grant_type": "password", "client_id": "cli", "username": "admin", "password": "x"}
    answer = httpx.post(f"{realm.issuer}/protocol/openid-connect/token", data=form)
    assert answer.json()["error"] == "unauthorized_client"


def test_the_sign_in_page_is_vietnamese_at_first(realm: Keycloak) -> None:
    asked = {
        "client_id": "cli",
        "response_type": "code",
        "redirect_uri": oidc.CALLBACK,
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    page = httpx.get(f"{realm.issuer}/protocol/openid-connect/auth", params=asked)
    assert 'lang="vi"' in page.text


def test_identity_may_keep_accounts_with_ids_of_its_own_and_no_other_service_may(
    realm: Keycloak,
) -> None:
    id = "11111111-2222-4333-8444-555555555555"
    user = {"id": id, "username": "h1.nhap", "enabled": True, "attributes": {"positions": ["a|b"]}}

    def as_client(name: str) -> KeycloakAdmin:
        return KeycloakAdmin(
            server_url=realm.settings.server,
            realm_name=wanted.REALM,
            user_realm_name=wanted.REALM,
            client_id=name,
            client_secret_key=realm.secret(f"client-{name}"),
            timeout=60,
        )

    keeps = as_client("identity")
    keeps.partial_import_realm(wanted.REALM, {"ifResourceExists": "SKIP", "users": [user]})
    assert keeps.get_user(id)["attributes"]["positions"] == ["a|b"]
    with pytest.raises(Exception, match="403"):
        as_client("warehouse").get_user(id)


def test_rights_that_a_client_should_not_have_are_taken(
    realm: Keycloak, admin: KeycloakAdmin
) -> None:
    id = str(admin.get_client_id("warehouse"))
    user = admin.get_client_service_account_user(id)["id"]
    manage = str(admin.get_client_id("realm-management"))
    admin.assign_client_role(user, manage, [admin.get_client_role(manage, "realm-admin")])
    told: list[str] = []
    Keeper(admin, told.append).keep(wished(realm.settings))
    assert told == ["client warehouse: fewer rights"]
    assert admin.get_client_roles_of_user(user, manage) == []
