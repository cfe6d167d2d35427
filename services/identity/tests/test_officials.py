"""Officials over gRPC, on a real database: who sees, adds, changes and closes accounts.

Keycloak is not there, so every account stays pending; test_keycloak.py has a real one.
"""

import asyncio

import pytest
from sqlalchemy import select

from saola.apis.identity.v1 import events_pb2 as events
from saola.apis.identity.v1 import officials_pb2 as pb
from saola.kit.owed import work
from saola.kit.tables import audit, outbox
from saola.services.identity.models.officials import Official
from saola.testing.plugin import World, refused

from . import make

TREE = (("T", ""), ("A", "T"), ("B", "T"), ("A1", "A"))


async def town(world: World) -> dict[str, str]:
    """The names of the agencies of a small directory."""
    await world.run(make.app)
    return {code: one.name for code, one in (await make.found(world, *TREE)).items()}


def creation(official: pb.Official, password: str = make.PASSWORD) -> pb.CreateOfficialRequest:
    return pb.CreateOfficialRequest(official=official, initial_password=password)


async def test_an_official_is_written_down_and_waits_for_keycloak(world: World) -> None:
    names = await town(world)
    made = await make.people(world).CreateOfficial(creation(make.official("mai.lt", names["A"])))
    assert made.state == pb.Official.STATE_PENDING
    assert (made.user_name, made.full_name, list(made.roles)) == (
        "mai.lt",
        "Lò Thị Mai",
        ["reporter"],
    )
    assert await make.people(world).GetOfficial(pb.GetOfficialRequest(name=made.name)) == made


async def test_an_official_is_seen_by_those_above_any_of_the_positions(world: World) -> None:
    names = await town(world)
    both = make.official("hai", names["A1"], names["B"])
    made = await make.people(world).CreateOfficial(creation(both))
    for above, seen in (("T", ["A1", "B"]), ("A", ["A1"]), ("B", ["B"])):
        desk = make.people(world, make.id_in(names[above]))
        there = await desk.GetOfficial(pb.GetOfficialRequest(name=made.name))
        assert sorted(one.agency for one in there.positions) == sorted(names[one] for one in seen)
        assert [one.name for one in (await desk.ListOfficials(pb.ListOfficialsRequest())).officials]
    only_a = await make.people(world).CreateOfficial(creation(make.official("binh", names["A"])))
    desk = make.people(world, make.id_in(names["B"]))
    with refused("NOT_FOUND", name=only_a.name):
        await desk.GetOfficial(pb.GetOfficialRequest(name=only_a.name))
    with refused("NOT_FOUND", name=only_a.name):
        await desk.DisableOfficial(pb.DisableOfficialRequest(name=only_a.name, etag=only_a.etag))
    listed = await desk.ListOfficials(pb.ListOfficialsRequest())
    assert [one.user_name for one in listed.officials] == ["hai"]


async def test_without_a_scope_the_database_shows_nobody(world: World) -> None:
    names = await town(world)
    await make.people(world).CreateOfficial(creation(make.official("mai", names["A"])))
    assert await world.sql("identity", "select count(*) from officials") == 0
    assert await world.sql("identity", "select count(*) from positions") == 0


async def test_nobody_gives_a_position_beyond_the_own_scope(world: World) -> None:
    names = await town(world)
    desk = make.people(world, make.id_in(names["A"]))
    with refused("NOT_FOUND", name=names["B"], field="official.positions[0].agency"):
        await desk.CreateOfficial(creation(make.official("mai", names["B"])))
    made = await desk.CreateOfficial(creation(make.official("mai", names["A1"])))
    made.positions.add(agency=names["B"], title="TP", valid_from="2026-01-01")
    with refused("NOT_FOUND", name=names["B"], field="official.positions[1].agency"):
        await desk.UpdateOfficial(pb.UpdateOfficialRequest(official=made))


@pytest.mark.parametrize("role", ["steward", "auditor"])
async def test_a_role_over_the_whole_site_is_given_by_the_root_only(
    world: World, role: str
) -> None:
    names = await town(world)
    mighty = creation(make.official("mai", names["A"], roles=[role]))
    with refused("PERMISSION_DENIED"):
        await make.people(world, make.id_in(names["A"])).CreateOfficial(mighty)
    assert list((await make.people(world).CreateOfficial(mighty)).roles) == [role]


async def test_who_does_not_see_all_positions_changes_no_roles_and_closes_nothing(
    world: World,
) -> None:
    names = await town(world)
    made = await make.people(world).CreateOfficial(
        creation(make.official("hai", names["A"], names["B"]))
    )
    desk = make.people(world, make.id_in(names["A"]))
    there = await desk.GetOfficial(pb.GetOfficialRequest(name=made.name))
    there.roles.append("leader")
    with refused("PERMISSION_DENIED"):
        await desk.UpdateOfficial(pb.UpdateOfficialRequest(official=there))
    with refused("PERMISSION_DENIED"):
        await desk.DisableOfficial(pb.DisableOfficialRequest(name=made.name, etag=made.etag))
    there.roles.pop()
    there.positions[0].title = "TP"  # what lies in the own scope may change, and nothing else does
    await desk.UpdateOfficial(pb.UpdateOfficialRequest(official=there))
    now = await make.people(world).GetOfficial(pb.GetOfficialRequest(name=made.name))
    titles = {one.agency: one.title for one in now.positions}
    assert titles == {names["A"]: "TP", names["B"]: "CV"}


def held(official: pb.Official) -> list[tuple[str, str, str]]:
    return sorted((one.agency, one.valid_from, one.valid_to) for one in official.positions)


async def test_a_position_that_gets_an_end_stays_in_its_place(world: World) -> None:
    names = await town(world)
    desk = make.people(world)
    made = await desk.CreateOfficial(creation(make.official("mai", names["A"], names["B"])))
    made.positions[0].valid_to = "2026-03-01"
    changed = await desk.UpdateOfficial(pb.UpdateOfficialRequest(official=made))
    there = await desk.GetOfficial(pb.GetOfficialRequest(name=made.name))
    assert held(there) == held(changed)
    assert sorted(one.valid_to for one in there.positions) == ["", "2026-03-01"]
    del changed.positions[0]
    await desk.UpdateOfficial(pb.UpdateOfficialRequest(official=changed))
    there = await desk.GetOfficial(pb.GetOfficialRequest(name=made.name))
    assert held(there) == held(changed)


async def test_a_disabled_account_stays_closed(world: World) -> None:
    names = await town(world)
    desk = make.people(world)
    made = await desk.CreateOfficial(creation(make.official("mai", names["A"])))
    ask = pb.DisableOfficialRequest(name=made.name, etag=made.etag)
    closed = await desk.DisableOfficial(ask)
    with refused("STALE_WRITE"):
        await desk.DisableOfficial(ask)
    with refused("ACCOUNT_DISABLED"):
        await desk.UpdateOfficial(pb.UpdateOfficialRequest(official=closed))


async def test_a_user_name_belongs_to_one_even_where_the_other_is_not_seen(world: World) -> None:
    names = await town(world)
    await make.people(world).CreateOfficial(creation(make.official("mai", names["B"])))
    with refused("ALREADY_EXISTS", field="official.user_name", value="mai"):
        desk = make.people(world, make.id_in(names["A"]))
        await desk.CreateOfficial(creation(make.official("mai", names["A"])))
    twins = [creation(make.official("twin", names["A"])) for _ in range(20)]
    tries = map(make.people(world).CreateOfficial, twins)
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, pb.Official) for one in answers) == 1


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"roles": ["king"]}, "UNKNOWN_ROLE", "official.roles[0]"),
        ({"user_name": "Mai"}, "INVALID_FIELD", "official.user_name"),
        ({"user_name": "mai lt"}, "INVALID_FIELD", "official.user_name"),
        ({"email": "mai"}, "INVALID_FIELD", "official.email"),
        ({"email": "mai@example..vn"}, "INVALID_FIELD", "official.email"),
        ({"email": "mai@-example.vn"}, "INVALID_FIELD", "official.email"),
        ({"phone": "0912345678"}, "INVALID_FIELD", "official.phone"),
        ({"phone": "+84 tổng đài"}, "INVALID_FIELD", "official.phone"),
        ({"full_name": "Sở KH&CN"}, "LETTER_NOT_IN_NAMES", "official.full_name"),
        ({"full_name": " "}, "MISSING_FIELD", "official.full_name"),
        ({"full_name": "a\x00b"}, "INVALID_FIELD", "official.full_name"),
    ],
)
async def test_what_is_wrong_with_an_official_is_said_with_its_field(
    world: World, change: dict[str, str], reason: str, field: str
) -> None:
    names = await town(world)
    wrong = make.official("mai", names["A"])
    for key in change:
        wrong.ClearField(key)
    wrong.MergeFrom(pb.Official(**change))
    with refused(reason, field=field):
        await make.people(world).CreateOfficial(creation(wrong))


async def test_a_phone_number_is_kept_as_machines_dial_it_and_told_to_no_follower(
    world: World,
) -> None:
    names = await town(world)
    asked = make.official("mai", names["A"])
    asked.phone = "+84 912.345-678"
    made = await make.people(world).CreateOfficial(creation(asked))
    assert made.phone == "+84912345678"
    await world.settle()
    [told] = [one for one in await world.told() if one.type.endswith("OfficialChanged")]
    assert b"912" not in told.body
    assert events.OfficialChanged.FromString(told.body).etag == made.etag


async def test_while_keycloak_is_away_the_account_is_tried_again_later(world: World) -> None:
    names = await town(world)
    made = await make.people(world).CreateOfficial(creation(make.official("mai", names["A"])))
    await world.settle()
    async with world.unit("identity") as unit:
        [row] = await unit.rows(select(work))
    assert (row.key, row.attempts, row.error, row.parked_at) == (made.name, 1, "KeycloakAway", None)
    assert row.retry_at > world.now


async def test_positions_with_days_out_of_order_are_refused(world: World) -> None:
    names = await town(world)
    wrong = make.official("mai", names["A"])
    wrong.positions[0].valid_to = "2024-12-31"
    with refused("DATES_OUT_OF_ORDER", field="official.positions[0].valid_to"):
        await make.people(world).CreateOfficial(creation(wrong))
    twice = make.official("mai", names["A"], names["A"])
    with refused("DATES_OUT_OF_ORDER", field="official.positions[1].valid_from"):
        await make.people(world).CreateOfficial(creation(twice))


@pytest.mark.parametrize("password", ["ngắn", "lo.thi.mai và hoa ban", "aaaaaaaaaaaaaaaaaa"])
async def test_a_weak_password_is_refused(world: World, password: str) -> None:
    names = await town(world)
    with refused("WEAK_PASSWORD", field="initial_password"):
        await make.people(world).CreateOfficial(
            creation(make.official("lo.thi.mai", names["A"]), password)
        )


async def test_the_first_password_is_written_nowhere(world: World) -> None:
    names = await town(world)
    await make.people(world).CreateOfficial(creation(make.official("mai", names["A"])))
    async with world.unit("identity") as unit:
        row = await unit.one(select(Official.__table__))
        told = [bytes(one.body) for one in await unit.rows(select(outbox.c.body))]
        noted = [str(one.facts) for one in await unit.rows(select(audit.c.facts))]
    assert row is not None
    assert "argon2" not in row.first_password
    for place in (row.first_password, str(told), *noted):
        assert make.PASSWORD not in place


async def test_events_of_officials_carry_no_personal_data(world: World) -> None:
    names = await town(world)
    made = await make.people(world).CreateOfficial(creation(make.official("mai", names["A"])))
    await world.settle()
    [event] = [one for one in await world.told() if one.key == made.name]
    for word in ("mai", "Lò", "example.vn"):
        assert word.encode() not in event.body.replace(made.name.encode(), b"")


@pytest.mark.parametrize("role", ["reporter", "approver", "leader", "steward", "auditor"])
async def test_everybody_who_signs_in_learns_who_they_are(world: World, role: str) -> None:
    names = await town(world)
    made = await make.people(world).CreateOfficial(
        creation(make.official("mai", names["A"], roles=[role]))
    )
    asks = world.person(made.name.partition("/")[2], role, of=make.id_in(names["A"]))
    assert await asks.asks(make.OfficialsServiceStub).GetMe(pb.GetMeRequest()) == made


async def test_who_stands_in_keycloak_only_is_what_the_token_says(world: World) -> None:
    names = await town(world)
    me = await make.people(world).GetMe(pb.GetMeRequest())
    assert (me.name, list(me.roles)) == ("officials/mai", ["administrator"])
    assert [one.agency for one in me.positions] == [names["T"]]


async def test_officials_are_found_with_or_without_diacritics(world: World) -> None:
    names = await town(world)
    desk = make.people(world)
    await desk.CreateOfficial(creation(make.official("mai", names["A"])))
    for words in ("lo thi", "Lò Thị Mai", "MAI"):
        found = await desk.ListOfficials(pb.ListOfficialsRequest(query=words))
        assert [one.user_name for one in found.officials] == ["mai"]
    elsewhere = await desk.ListOfficials(pb.ListOfficialsRequest(agency=names["B"]))
    assert not elsewhere.officials
