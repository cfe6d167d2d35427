"""Accounts in a real Keycloak: they follow what is written here, twice, halfway and late too."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from keycloak import KeycloakAdmin, KeycloakPutError
from sqlalchemy import select, text

from saola.apis.identity.v1 import delegations_pb2 as delegations
from saola.apis.identity.v1 import officials_pb2 as pb
from saola.deploy.plugin import Keycloak
from saola.kit.call import Call
from saola.kit.errors import DomainError
from saola.kit.owed import work
from saola.kit.tokens import Issuer
from saola.services.identity.app import app as whole
from saola.services.identity.domain import officials
from saola.services.identity.domain.officials import Held
from saola.services.identity.jobs import turn
from saola.services.identity.peers import Account
from saola.services.identity.settings import Settings as Own
from saola.services.identity.usecases.officials import provision
from saola.testing.plugin import World

from . import make

pytestmark = pytest.mark.timeout(600)  # Keycloak starts slowly on a busy machine
TREE = (("T", ""), ("A", "T"), ("B", "T"))
STATE = pb.Official.State


@pytest.fixture(scope="module")
def admin(realm: Keycloak) -> KeycloakAdmin:
    return realm.admin


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


async def let_be(world: World) -> None:
    """Waits until nothing is to be tried again: a moment after it is said how it went."""
    async with asyncio.timeout(60):
        while await _owed(world):
            await asyncio.sleep(0.05)


async def _owed(world: World) -> int:
    async with world.unit("identity") as unit:
        return len(await unit.rows(select(work.c.id)))


def account(admin: KeycloakAdmin, official: pb.Official) -> dict[str, Any]:
    id = official.name.partition("/")[2]
    user: dict[str, Any] = admin.get_user(id)
    roles = {one["name"] for one in admin.get_realm_roles_of_user(id)}
    return {**user, "roles": roles}


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
    world: World, realm: Keycloak, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    await added(world, "binh", names["A"])
    assert realm.sign_in("binh", "một mật khẩu khác")["error_description"] == (
        "Invalid user credentials"
    )
    assert (
        realm.sign_in("binh", make.PASSWORD)["error_description"] == "Account is not fully set up"
    )
    left = "select count(*) from officials where first_password is not null"
    async with world.unit("identity") as unit:
        assert not (await unit.session.execute(text(left))).scalar()


async def test_a_token_says_who_it_is_where_and_as_what(
    world: World, realm: Keycloak, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "chi", names["A"], names["B"])
    id = made.name.partition("/")[2]
    admin.update_user(id, {"requiredActions": []})
    token = make.claims(realm.sign_in("chi", make.PASSWORD)["access_token"])
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
    made.full_name, made.roles[:] = "Cà Văn Dũng", ["leader"]
    made.positions[0].agency = names["B"]
    changed = await make.people(world).UpdateOfficial(pb.UpdateOfficialRequest(official=made))
    assert changed.state == STATE.STATE_PENDING
    await known(world, changed)
    there = account(admin, made)
    assert (there["firstName"], there["lastName"], there["email"]) == (
        "Cà Văn",
        "Dũng",
        "dung@example.vn",
    )
    assert there["attributes"]["positions"] == [f"{make.id_in(names['B'])}|CV"]
    assert there["roles"] >= {"leader", "of-others"}
    assert "reporter" not in there["roles"]


async def test_a_disabled_account_cannot_sign_in_and_its_sessions_end(
    world: World, realm: Keycloak, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "giang", names["A"])
    id = made.name.partition("/")[2]
    admin.update_user(id, {"requiredActions": []})
    assert "access_token" in realm.sign_in("giang", make.PASSWORD)
    assert admin.get_sessions(id)
    closed = await make.people(world).DisableOfficial(
        pb.DisableOfficialRequest(name=made.name, etag=made.etag)
    )
    assert (await known(world, closed)).state == STATE.STATE_DISABLED
    assert realm.sign_in("giang", make.PASSWORD)["error_description"] == "Account disabled"
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


async def test_a_user_name_that_somebody_unknown_has_is_seen_to_be_taken(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    admin.create_user({"username": "khach", "enabled": True}, exist_ok=True)
    made = await added(world, "khach", names["A"])
    assert made.state == STATE.STATE_REFUSED
    await let_be(world)
    admin.delete_user(admin.get_user_id("khach"))
    changed = await make.people(world).UpdateOfficial(pb.UpdateOfficialRequest(official=made))
    assert (await known(world, changed)).state == STATE.STATE_ACTIVE


async def test_what_keycloak_does_not_take_is_said_at_once_and_tried_after_the_next_change(
    world: World, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    made = await added(world, "ngoc", names["A"])
    async with world.unit("identity") as unit:  # as a release with other rules may have left it
        wrong = "update officials set full_name = 'Sở KH&CN', known = 0"
        await unit.session.execute(text(wrong))
    await again(world, made)
    seen = await look(world, made)
    assert (seen.state, seen.full_name) == (STATE.STATE_REFUSED, "Sở KH&CN")
    await let_be(world)

    seen.full_name = "Lò Thị Ngọc"
    changed = await make.people(world).UpdateOfficial(pb.UpdateOfficialRequest(official=seen))
    assert (await known(world, changed)).state == STATE.STATE_ACTIVE
    assert account(admin, made)["lastName"] == "Ngọc"


async def test_keycloak_takes_whatever_we_take(admin: KeycloakAdmin) -> None:
    """Each letter of a keyboard in a name, and addresses and user names of every form."""
    signs = [chr(n) for n in range(0x21, 0x7F)] + list("§–—’ẶđŸ·")
    users = ["a0.", "a" * 63, "0.-_", "x--y"]
    emails = [f"{'a' * 64}@b.vn", f"a@{'b' * 63}.vn", "o'a+b/c=d@x-y.example.vn", "A@B.VN"]
    emails += [f"a@{'.'.join(['b' * 61] * 3)}.{'c' * 61}"]
    admin.create_user({"username": "all", "enabled": True}, exist_ok=True)
    id = str(admin.get_user_id("all"))
    for name in (*(f"Lò{sign}A Mai" for sign in signs), "x" * 200, "Y"):
        assert _taken(admin, id, name, "a@b.vn") == _ours(name, "a@b.vn"), name
    for email in emails:
        assert _ours("Lò Mai", email), email
        assert _taken(admin, id, "Lò Mai", email), email
    for user in map(officials.user_name, users):
        admin.create_user({"username": user, "enabled": True}, exist_ok=True)


def _ours(name: str, email: str) -> bool:
    held = Held(UUID(int=1), "CV", date(2025, 1, 1), None, signs=False)
    try:
        officials.Said(name, email, (), (held,)).checked()
    except DomainError:
        return False
    return True


def _taken(admin: KeycloakAdmin, id: str, name: str, email: str) -> bool:
    account = Account(UUID(id), "all", name, email, (), (), enabled=True)
    try:
        admin.update_user(id, account.representation())
    except KeycloakPutError:
        return False
    return True


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


async def test_a_deputy_bears_the_position_in_the_token_for_its_days_and_services_see_whose(
    world: World, realm: Keycloak, admin: KeycloakAdmin, names: Mapping[str, str]
) -> None:
    boss, deputy = await added(world, "quang", names["A"]), await added(world, "son", names["B"])
    there, whose, own = (make.id_in(name) for name in (names["A"], boss.name, names["B"]))
    asked = delegations.Delegation(
        official=boss.name,
        deputy=deputy.name,
        agency=names["A"],
        title="CV",
        valid_from="2026-01-05",
        valid_to="2026-01-12",
        reason="Đi công tác",
    )
    stub = make.deputies(world, "mai", make.id_in(names["T"]), role="administrator")
    await stub.CreateDelegation(delegations.CreateDelegationRequest(delegation=asked))
    admin.update_user(str(make.id_in(deputy.name)), {"requiredActions": []})
    services = Issuer(realm.issuer, "warehouse", lambda: "")
    seen = list[tuple[set[UUID], dict[UUID, str]]]()
    for moment in (
        datetime(2026, 1, 4, 16, 59, 59, tzinfo=UTC),  # 23:59:59 in Sơn La
        datetime(2026, 1, 4, 17, tzinfo=UTC),
        datetime(2026, 1, 11, 17, tzinfo=UTC),
    ):
        world.now = moment
        await world.ran("identity", turn.__name__, moment)
        await known(world, deputy)
        token = realm.sign_in("son", make.PASSWORD)["access_token"]
        caller = await services.caller(token)
        seen.append((set(caller.agencies), dict(caller.deputies)))
    await services.close()
    assert seen == [({own}, {}), ({own, there}, {there: str(whose)}), ({own}, {})]
