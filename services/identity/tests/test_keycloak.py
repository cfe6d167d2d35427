"""Accounts in a real Keycloak: they follow what is written here, twice, halfway and late too."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from keycloak import KeycloakAdmin
from sqlalchemy import text

from saola.apis.identity.v1 import officials_pb2 as pb
from saola.deploy.plugin import Keycloak
from saola.deploy.realm.begin import administration
from saola.kit.call import Call
from saola.services.identity.app import app as whole
from saola.services.identity.jobs import turn
from saola.services.identity.peers import NameTaken
from saola.services.identity.settings import Settings as Own
from saola.services.identity.usecases.officials import provision
from saola.testing.plugin import World

from . import make

pytestmark = pytest.mark.timeout(600)  # Keycloak starts slowly on a busy machine
TREE = (("T", ""), ("A", "T"), ("B", "T"))
STATE = pb.Official.State


@pytest.fixture(scope="module")
def admin(realm: Keycloak) -> KeycloakAdmin:
    """With one more client in the realm: it signs in with a password alone."""
    admin = administration(realm.settings)
    tests = {"clientId": "tests", "publicClient": True, "directAccessGrantsEnabled": True}
    scopes = ["basic", "saola"]
    admin.create_client({**tests, "defaultClientScopes": scopes}, skip_exists=True)
    return admin


@pytest.fixture
async def names(world: World, realm: Keycloak, admin: KeycloakAdmin) -> Mapping[str, str]:
    class Settings(Own):
        keycloak: str = realm.issuer

    await world.run(replace(whole, settings=Settings))
    world.site.secret("client-identity", realm.secret("client-identity"))
    return {code: one.name for code, one in (await make.found(world, *TREE)).items()}


async def added(
    world: World, user_name: str, *agencies: str, password: str = make.PASSWORD
) -> pb.Official:
    official = make.official(user_name, *agencies)
    made = await make.people(world).CreateOfficial(
        pb.CreateOfficialRequest(official=official, initial_password=password)
    )
    return await known(world, made)


async def known(world: World, official: pb.Official) -> pb.Official:
    """The official, once Keycloak has been told."""
    async with asyncio.timeout(60):
        while True:
            there = await look(world, official)
            if there.state != STATE.STATE_PENDING:
                return there
            await asyncio.sleep(0.05)


async def look(world: World, official: pb.Official) -> pb.Official:
    return await make.people(world).GetOfficial(pb.GetOfficialRequest(name=official.name))


async def again(world: World, official: pb.Official) -> None:
    """The same own work once more, as after a kill."""
    call = Call.own(world.running["identity"].service)
    await provision(call, {"official": official.name.partition("/")[2]})


def account(admin: KeycloakAdmin, official: pb.Official) -> dict[str, Any]:
    id = official.name.partition("/")[2]
    user: dict[str, Any] = admin.get_user(id)
    roles = {one["name"] for one in admin.get_realm_roles_of_user(id)}
    return {**user, "roles": roles}


def sign_in(admin: KeycloakAdmin, user_name: str, password: str = make.PASSWORD) -> dict[str, Any]:
    form = {"grant_type": "password", "client_id": "tests", "username": user_name}
    address = f"{admin.connection.server_url}/realms/saola/protocol/openid-connect/token"
    said: dict[str, Any] = httpx.post(address, data={**form, "password": password}).json()
    return said


async def test_the_subject_of_the_account_is_the_official(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "anh", names["A"])
    there = account(admin, made)
    assert made.state == STATE.STATE_ACTIVE
    assert (there["username"], there["firstName"], there["lastName"]) == ("anh", "Lò Thị", "Mai")
    assert there["attributes"]["positions"] == [f"{make.id_in(names['A'])}|CV"]
    assert there["roles"] & {"reporter", "leader"} == {"reporter"}


async def test_the_first_password_is_good_once_and_no_trace_of_it_stays(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    await added(world, "binh", names["A"])
    assert sign_in(admin, "binh", "một mật khẩu khác")["error_description"] == (
        "Invalid user credentials"
    )
    assert sign_in(admin, "binh")["error_description"] == "Account is not fully set up"
    left = "select count(*) from officials where first_password is not null"
    async with world.unit("identity") as unit:
        assert not (await unit.session.execute(text(left))).scalar()


async def test_a_token_says_who_it_is_where_and_as_what(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "chi", names["A"], names["B"])
    id = made.name.partition("/")[2]
    admin.update_user(id, {"requiredActions": []})
    token = make.claims(sign_in(admin, "chi")["access_token"])
    assert (token["sub"], token["roles"]) == (id, ["reporter"])
    assert sorted(token["positions"]) == sorted(
        f"{make.id_in(names[code])}|CV" for code in ("A", "B")
    )
    assert "saola" in token["aud"]


async def test_a_change_reaches_the_account_and_leaves_what_others_keep_there(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "dung", names["A"])
    id = made.name.partition("/")[2]
    admin.create_realm_role({"name": "of-others"}, skip_exists=True)
    admin.assign_realm_roles(id, [admin.get_realm_role("of-others")])
    made.full_name, made.roles[:] = "Cà Văn Dũng (Sở KH&CN)", ["leader"]
    made.positions[0].agency = names["B"]
    changed = await make.people(world).UpdateOfficial(pb.UpdateOfficialRequest(official=made))
    assert changed.state == STATE.STATE_PENDING
    await known(world, changed)
    there = account(admin, made)
    assert (there["firstName"], there["lastName"], there["email"]) == (
        "Cà Văn Dũng Sở KH",
        "CN",
        "dung@example.vn",
    )
    assert there["attributes"]["positions"] == [f"{make.id_in(names['B'])}|CV"]
    assert there["roles"] >= {"leader", "of-others"}
    assert "reporter" not in there["roles"]


async def test_a_disabled_account_cannot_sign_in_and_its_sessions_end(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "giang", names["A"])
    id = made.name.partition("/")[2]
    admin.update_user(id, {"requiredActions": []})
    assert "access_token" in sign_in(admin, "giang")
    assert admin.get_sessions(id)
    closed = await make.people(world).DisableOfficial(
        pb.DisableOfficialRequest(name=made.name, etag=made.etag)
    )
    assert (await known(world, closed)).state == STATE.STATE_DISABLED
    assert sign_in(admin, "giang")["error_description"] == "Account disabled"
    assert not admin.get_sessions(id)


async def test_what_was_done_halfway_is_finished_and_twice_is_once(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "hoa", names["A"])
    id, before = made.name.partition("/")[2], account(admin, made)
    admin.delete_realm_roles_of_user(id, [admin.get_realm_role("reporter")])
    admin.update_user(id, {"enabled": False})
    async with world.unit("identity") as unit:  # as if the answer had been lost
        await unit.session.execute(text("update officials set known = 0"))
    await again(world, made)
    await again(world, made)
    assert account(admin, made) == before
    assert (await look(world, made)).state == STATE.STATE_ACTIVE


async def test_a_name_that_somebody_unknown_has_leaves_the_account_pending(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    admin.create_user({"username": "khach", "enabled": True}, exist_ok=True)
    made = await make.people(world).CreateOfficial(
        pb.CreateOfficialRequest(official=make.official("khach", names["A"]))
    )
    with pytest.raises(NameTaken):
        await again(world, made)
    assert (await look(world, made)).state == STATE.STATE_PENDING


async def test_a_planned_position_reaches_the_token_on_its_day(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "lan", names["A"])
    made.positions[0].valid_to = "2026-03-01"
    made.positions.add(agency=names["B"], title="TP", valid_from="2026-03-01")
    await make.people(world).UpdateOfficial(pb.UpdateOfficialRequest(official=made))
    await known(world, made)
    assert account(admin, made)["attributes"]["positions"] == [f"{make.id_in(names['A'])}|CV"]
    world.now = datetime(2026, 2, 28, 17, 0, tzinfo=UTC)  # midnight in Sơn La
    await turn(Call.own(world.running["identity"].service))
    await known(world, made)
    assert account(admin, made)["attributes"]["positions"] == [f"{make.id_in(names['B'])}|TP"]
