"""The copy in another service: filled at its first start, kept by events, turned at midnight."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.apis.identity.v1 import calendar_pb2 as days_pb
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.identity.v1.calendar_pb2_grpc import CalendarServiceStub
from saola.directory import copies, following, queries
from saola.directory.tables import agencies
from saola.kit.call import Call
from saola.kit.tables import lineage
from saola.services.identity.app import app as identity
from saola.services.warehouse.app import app as warehouse
from saola.testing.plugin import World

ROOT = UUID(int=1)
TREE = (("T", ""), ("A", "T"), ("B", "T"), ("A1", "A"), ("A2", "A1"))


@pytest.fixture
async def directory(world: World) -> dict[str, str]:
    """The names of five agencies, in identity alone."""
    await world.run(identity)
    names: dict[str, str] = {}
    for code, parent in TREE:
        said = pb.Agency(
            code=code,
            display_name=f"Đơn vị {code}",
            kind=pb.Agency.KIND_DEPARTMENT,
            parent=names.get(parent, ""),
            valid_from="2025-01-01",
        )
        made = await desk(world).CreateAgency(pb.CreateAgencyRequest(agency=said))
        names[code] = made.name
    return names


def desk(world: World) -> AgenciesServiceStub:
    return world.person("mai", "administrator", of=ROOT).asks(AgenciesServiceStub)


async def above(world: World, service: str) -> set[tuple[UUID, UUID]]:
    async with world.unit(service) as unit:
        return {(row.agency, row.ancestor) for row in await unit.rows(select(lineage))}


async def copied(world: World) -> None:
    await following.resync_directory(Call.own(world.running["warehouse"].service))


async def test_a_service_that_starts_later_gets_the_whole_directory(
    world: World, directory: dict[str, str]
) -> None:
    await world.run(warehouse)
    await copied(world)
    assert await above(world, "warehouse") == await above(world, "identity")
    async with world.unit("warehouse") as unit:
        known = await queries.by_codes(unit, ["A", "nobody"], date(2026, 1, 2))
        titles = await queries.titles(unit, list(known.values()))
    assert [one.title for one in titles.values()] == ["Đơn vị A"]


async def test_a_move_takes_everybody_below_along(world: World, directory: dict[str, str]) -> None:
    await world.run(warehouse)
    await copied(world)
    there = await desk(world).GetAgency(pb.GetAgencyRequest(name=directory["A1"]))
    await desk(world).MoveAgency(
        pb.MoveAgencyRequest(name=there.name, parent=directory["B"], etag=there.etag)
    )
    await world.settle()
    seen = await above(world, "warehouse")
    assert seen == await above(world, "identity")
    a2 = UUID(directory["A2"].partition("/")[2])
    assert {UUID(directory[code].partition("/")[2]) for code in ("A2", "A1", "B", "T")} == {
        ancestor for agency, ancestor in seen if agency == a2
    }


async def test_children_that_come_before_their_parents_end_up_below_them(
    world: World, directory: dict[str, str]
) -> None:
    await world.run(warehouse)
    listed = await desk(world).ListAgencies(pb.ListAgenciesRequest())
    async with world.unit("warehouse") as unit:
        await unit.session.execute(delete(agencies))
        await unit.session.execute(delete(lineage))
    for one in sorted(listed.agencies, key=lambda one: one.code, reverse=True):
        async with world.unit("warehouse") as unit:
            await copies.keep_agencies(unit, [one])
    assert await above(world, "warehouse") == await above(world, "identity")


async def test_an_older_state_that_comes_late_changes_nothing(
    world: World, directory: dict[str, str]
) -> None:
    await world.run(warehouse)
    old = await desk(world).GetAgency(pb.GetAgencyRequest(name=directory["A1"]))
    new = await desk(world).MoveAgency(
        pb.MoveAgencyRequest(name=old.name, parent=directory["B"], etag=old.etag)
    )
    for state in (new, old, new):
        async with world.unit("warehouse") as unit:
            await copies.keep_agencies(unit, [state])
    async with world.unit("warehouse") as unit:
        kept = await queries.agency(unit, UUID(old.name.partition("/")[2]))
    assert kept is not None
    assert f"agencies/{kept.parent}" == directory["B"]


async def test_a_planned_move_is_put_into_force_without_another_event(
    world: World, directory: dict[str, str]
) -> None:
    await world.run(warehouse)
    there = await desk(world).GetAgency(pb.GetAgencyRequest(name=directory["A1"]))
    await desk(world).MoveAgency(
        pb.MoveAgencyRequest(
            name=there.name, parent=directory["B"], etag=there.etag, valid_from="2026-03-01"
        )
    )
    await copied(world)
    a2, b = (UUID(directory[code].partition("/")[2]) for code in ("A2", "B"))
    assert (a2, b) not in await above(world, "warehouse")
    world.now = datetime(2026, 2, 28, 17, 1, tzinfo=UTC)  # past midnight in Sơn La
    await following.turn_directory(Call.own(world.running["warehouse"].service))
    assert (a2, b) in await above(world, "warehouse")


async def test_the_calendar_of_deadlines_is_that_of_the_site(
    world: World, directory: dict[str, str]
) -> None:
    await world.run(warehouse)
    calendar = world.person("mai", "administrator", of=ROOT).asks(CalendarServiceStub)
    holiday = days_pb.Day(date="2026-09-02", kind=days_pb.Day.KIND_HOLIDAY, note="Quốc khánh")
    await calendar.SetDay(days_pb.SetDayRequest(day=holiday))
    await copied(world)
    async with world.unit("warehouse") as unit:
        assert not (await queries.calendar(unit)).works(date(2026, 9, 2))
    holiday.kind = days_pb.Day.KIND_REGULAR
    await calendar.SetDay(days_pb.SetDayRequest(day=holiday))
    await copied(world)
    async with world.unit("warehouse") as unit:
        assert (await queries.calendar(unit)).works(date(2026, 9, 2))
    assert not (await calendar.ListDays(days_pb.ListDaysRequest(year=2026))).days
