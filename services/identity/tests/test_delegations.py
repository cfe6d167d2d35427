"""Who stands in for whom: dates, roles, and what a token of that day says."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from saola.apis.identity.v1 import delegations_pb2 as pb
from saola.apis.identity.v1 import officials_pb2 as officials
from saola.directory.copies import today
from saola.kit.call import Call
from saola.kit.status import Refused
from saola.services.identity.domain import delegations as domain
from saola.services.identity.domain.delegations import State, Term
from saola.services.identity.domain.officials import Held
from saola.services.identity.jobs import turn
from saola.services.identity.models.officials import Official
from saola.services.identity.queries import delegations as queries
from saola.services.identity.usecases.officials import follow
from saola.testing.plugin import World, refused

from . import make

TREE = (("T", ""), ("A", "T"), ("A1", "A"), ("B", "T"))
WEEK = Term(date(2026, 1, 5), date(2026, 1, 12))


async def town(world: World) -> Mapping[str, str]:
    world.now = datetime(2026, 1, 2, 5, tzinfo=UTC)
    await world.run(make.app)
    return {code: one.name for code, one in (await make.found(world, *TREE)).items()}


async def person(world: World, user: str, *agencies: str, roles: tuple[str, ...]) -> str:
    made = await make.people(world).CreateOfficial(
        officials.CreateOfficialRequest(official=make.official(user, *agencies, roles=roles))
    )
    return made.name


async def delegate(
    world: World, who: str, official: str, deputy: str, agency: str, **more: object
) -> pb.Delegation:
    said = {"title": "CV", "valid_from": "2026-01-05", "valid_to": "2026-01-12"} | more
    asked = pb.Delegation(
        official=official, deputy=deputy, agency=agency, reason="Đi công tác", **said
    )
    role = "administrator" if who == "mai" else "approver"
    scope = (make.ROOT,) if who == "mai" else (make.id_in(agency),)
    stub = make.deputies(world, who.removeprefix("officials/"), *scope, role=role)
    return await stub.CreateDelegation(pb.CreateDelegationRequest(delegation=asked))


def days(since: str, until: str) -> dict[str, object]:
    return {"valid_from": since, "valid_to": until}


async def end(world: World, who: str, one: pb.Delegation) -> pb.Delegation:
    stub = make.deputies(
        world, who.removeprefix("officials/"), make.id_in(one.agency), role="approver"
    )
    return await stub.EndDelegation(pb.EndDelegationRequest(name=one.name, etag=one.etag))


async def held(world: World, deputy: str) -> list[tuple[UUID, UUID]]:
    """Where somebody stands in today, and for whom, as Keycloak is told."""
    call = Call.own(world.running["identity"].service)
    async with call.read(system="a test") as unit:
        rows = await queries.in_force(unit, make.id_in(deputy), today(unit))
    return [(row.agency, row.official) for row in rows]


@pytest.mark.parametrize(
    ("day", "state", "turn_"),
    [
        ("2026-01-04", State.PLANNED, "2026-01-05"),
        ("2026-01-05", State.IN_FORCE, "2026-01-12"),
        ("2026-01-11", State.IN_FORCE, "2026-01-12"),
        ("2026-01-12", State.ENDED, None),
    ],
)
def test_it_holds_from_a_day_on_and_before_another(day: str, state: State, turn_: str) -> None:
    on = date.fromisoformat(day)
    assert WEEK.state(on) is state
    assert WEEK.turns_on(on) == (date.fromisoformat(turn_) if turn_ else None)


def test_ended_early_it_ends_that_day_and_before_its_time_it_never_was() -> None:
    assert WEEK.ended(date(2026, 1, 7)) == Term(WEEK.since, date(2026, 1, 7))
    never = WEEK.ended(date(2026, 1, 2))
    assert (never.since, never.until) == (WEEK.since, WEEK.since)
    assert never.state(date(2026, 1, 2)) is State.ENDED
    assert WEEK.ended(date(2026, 2, 1)) == WEEK


def test_roles_are_passed_on_only_where_they_reach_no_further() -> None:
    have = ["approver", "steward", "administrator"]
    assert domain.check_roles(["approver"], have, ["reporter"], below=True) == ["approver"]
    assert domain.check_roles(["approver"], have, ["approver"], below=False) == []
    with pytest.raises(domain.DeputyElsewhere):
        domain.check_roles(["approver"], have, ["reporter"], below=False)
    for role in ("steward", "administrator", "leader", "king"):
        with pytest.raises(domain.UnknownRole):
            domain.check_roles([role], have, ["reporter"], below=True)


def test_only_what_one_holds_is_passed_on() -> None:
    agency = UUID(int=7)
    positions = [Held(agency, "GĐ", date(2025, 1, 1), date(2026, 1, 6), signs=True)]
    domain.check_held(positions, agency, "GĐ", WEEK.since)
    for title, since in (("CV", WEEK.since), ("GĐ", date(2026, 1, 6))):
        with pytest.raises(domain.PositionNotHeld):
            domain.check_held(positions, agency, title, since)


async def test_a_deputy_holds_the_position_for_its_days_and_no_longer(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A1"], roles=("reporter",))

    made = await delegate(world, boss, boss, lan, names["A"], roles=["approver"])

    assert (made.state, made.roles, made.reason) == (1, ["approver"], "Đi công tác")
    there = (make.id_in(names["A"]), make.id_in(boss))
    seen = list[list[tuple[UUID, UUID]]]()
    for moment in (
        datetime(2026, 1, 4, 16, 59, 59, 999000, tzinfo=UTC),  # 23:59:59.999 in Vietnam
        datetime(2026, 1, 4, 17, tzinfo=UTC),
        datetime(2026, 1, 11, 16, 59, 59, tzinfo=UTC),
        datetime(2026, 1, 11, 17, tzinfo=UTC),
    ):
        world.now = moment
        seen.append(await held(world, lan))
    assert seen == [[], [there], [there], []]


async def test_at_midnight_keycloak_is_told_and_a_missed_one_is_made_up_for(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A"], roles=("approver",))
    await delegate(world, boss, boss, lan, names["A"])
    call = Call.own(world.running["identity"].service)

    async def version() -> int:
        await world.settle()  # whoever stands in for a new official is looked at, too
        async with call.read(system="a test") as unit:
            return int((await unit.find(Official, lan)).version)

    before = await version()
    await turn(call)
    assert await version() == before
    world.now = datetime(2026, 1, 6, 17, tzinfo=UTC)  # two midnights late
    await turn(call)
    await turn(call)
    assert await version() == before + 1
    world.now = datetime(2026, 1, 11, 17, tzinfo=UTC)
    await turn(call)
    assert await version() == before + 2


async def test_twice_overlapping_and_to_oneself(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A"], roles=("approver",))
    with refused("OWN_DEPUTY"):
        await delegate(world, boss, boss, boss, names["A"])
    first = await delegate(world, boss, boss, lan, names["A"])
    with refused("OVERLAPPING_DELEGATION", delegation=first.name):
        await delegate(
            world, boss, boss, lan, names["A"], valid_from="2026-01-11", valid_to="2026-01-20"
        )
    await delegate(
        world, boss, boss, lan, names["A"], valid_from="2026-01-12", valid_to="2026-01-20"
    )
    for since, until in (
        ("2026-01-01", "2026-01-05"),
        ("2026-02-05", "2026-02-05"),
        ("2026-02-05", "2027-02-07"),
    ):
        with refused("DATES_OUT_OF_ORDER"):
            await delegate(world, boss, boss, lan, names["A"], **days(since, until))
    with refused("POSITION_NOT_HELD"):
        await delegate(world, boss, boss, lan, names["A"], title="GĐ")


async def test_two_at_once_are_one(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A"], roles=("approver",))
    answers = await asyncio.gather(
        *(delegate(world, boss, boss, lan, names["A"]) for _ in range(2)), return_exceptions=True
    )
    lost = [one.reason for one in answers if isinstance(one, Refused)]
    assert lost == ["OVERLAPPING_DELEGATION"]


async def test_what_own_work_does_meanwhile_is_nobodys_lost_race(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A"], roles=("approver",))
    await delegate(world, boss, boss, lan, names["A"])
    call, payload = (
        Call.own(world.running["identity"].service),
        {"official": str(make.id_in(boss))},
    )
    for month in range(2, 12):
        since, until = f"2026-{month:02}-01", f"2026-{month:02}-10"
        await asyncio.gather(
            follow(call, payload),
            delegate(world, boss, boss, lan, names["A"], **days(since, until)),
        )


async def test_ended_early_by_either_and_never_by_others(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A"], roles=("approver",))
    other = await person(world, "other", names["A"], roles=("approver",))
    made = await delegate(world, boss, boss, lan, names["A"])
    with refused("PERMISSION_DENIED"):
        await end(world, other, made)
    with refused("PERMISSION_DENIED"):
        await delegate(
            world, other, boss, lan, names["A"], valid_from="2026-03-01", valid_to="2026-03-02"
        )
    world.now = datetime(2026, 1, 7, 5, tzinfo=UTC)
    ended = await end(world, lan, made)
    assert (ended.state, ended.valid_to) == (pb.Delegation.STATE_ENDED, "2026-01-07")
    assert await held(world, lan) == []
    with refused("STALE_WRITE"):
        await end(world, boss, made)
    again = await delegate(world, "mai", boss, lan, names["A"], valid_from="2026-01-08")
    assert again.state == pb.Delegation.STATE_PLANNED
    assert (await end(world, boss, again)).state == pb.Delegation.STATE_ENDED


async def test_no_deputy_holds_more_than_whom_they_stand_in_for(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["B"], roles=("reporter",))
    with refused("DEPUTY_ELSEWHERE", role="approver"):
        await delegate(world, "mai", boss, lan, names["A"], roles=["approver"])
    await delegate(world, "mai", boss, lan, names["A"])
    world.now = datetime(2026, 1, 6, 5, tzinfo=UTC)
    assert len(await held(world, lan)) == 1
    found = await make.people(world).GetOfficial(officials.GetOfficialRequest(name=boss))
    asked = officials.DisableOfficialRequest(name=boss, etag=found.etag)
    await make.people(world).DisableOfficial(asked)
    assert await held(world, lan) == []


async def test_others_do_not_see_it(world: World) -> None:
    names = await town(world)
    boss = await person(world, "boss", names["A"], roles=("approver",))
    lan = await person(world, "lan", names["A"], roles=("approver",))
    await delegate(world, boss, boss, lan, names["A"])
    stranger = make.deputies(world, "x", make.id_in(names["B"]), role="approver")
    assert not (await stranger.ListDelegations(pb.ListDelegationsRequest())).delegations
    mine = make.deputies(world, "y", make.id_in(names["A"]), role="approver")
    asked = pb.ListDelegationsRequest(official=lan)
    assert len((await mine.ListDelegations(asked)).delegations) == 1
