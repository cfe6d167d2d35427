"""What was known of the directory at a moment: by identity's clock, late, again, in any order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import update

from saola.apis.identity.v1 import agencies_pb2 as pb
from saola.apis.identity.v1 import areas_pb2 as areas_pb
from saola.apis.identity.v1 import calendar_pb2 as days_pb
from saola.apis.identity.v1.agencies_pb2_grpc import AgenciesServiceStub
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.apis.identity.v1.calendar_pb2_grpc import CalendarServiceStub
from saola.directory import areas, branches, copies, following, queries
from saola.directory.tables import agency_states
from saola.kit.call import Call
from saola.kit.errors import PermissionDenied
from saola.kit.names import id_of
from saola.kit.pb import stamp
from saola.services.identity.app import app as identity
from saola.services.warehouse.app import app as warehouse
from saola.testing.plugin import World

ROOT, NINTH, HOUR = UUID(int=1), UUID(int=9), timedelta(hours=1)
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)  # in Vietnam
NATIONAL = date(2026, 9, 2)


def agencies(world: World) -> AgenciesServiceStub:
    return world.person("mai", "administrator", of=ROOT).asks(AgenciesServiceStub)


async def found(world: World, code: str, parent: str = "", **more: str) -> pb.Agency:
    said = pb.Agency(
        code=code,
        display_name=f"Đơn vị {code}",
        kind=pb.Agency.KIND_DEPARTMENT,
        parent=parent,
        valid_from="2025-01-01",
        **more,
    )
    return await agencies(world).CreateAgency(pb.CreateAgencyRequest(agency=said))


async def move(world: World, one: pb.Agency, to: pb.Agency, since: str = "") -> pb.Agency:
    return await agencies(world).MoveAgency(
        pb.MoveAgencyRequest(name=one.name, parent=to.name, etag=one.etag, valid_from=since)
    )


async def below(world: World, top: pb.Agency, as_of: datetime | None = None) -> set[str]:
    async with world.unit("warehouse") as unit:
        ids = await branches.below(unit, id_of("agencies", top.name), as_of)
        return {title.code for title in (await queries.titles(unit, ids)).values()}


async def province(world: World) -> tuple[pb.Agency, pb.Agency, pb.Agency]:
    """Two branches, and one below the first that has another below it; the warehouse has a copy."""
    world.now = NOON
    await world.run(identity)
    root = await found(world, "T")
    first, second = await found(world, "A", root.name), await found(world, "B", root.name)
    moved = await found(world, "A1", first.name)
    await found(world, "A2", moved.name)
    await world.run(warehouse)
    await copied(world)
    return first, second, moved


async def copied(world: World) -> None:
    call = Call.own(world.running["warehouse"].service)
    await following.resync_directory(call)
    await areas.resync_areas(call)


async def test_one_that_was_moved_stood_where_it_stood_and_took_those_below_along(
    world: World,
) -> None:
    first, second, moved = await province(world)
    world.now = NOON + HOUR
    await move(world, moved, second)
    world.now = NOON + 3 * HOUR  # so late the warehouse hears of it
    await world.settle()
    for _ in range(2):
        before = NOON + HOUR - timedelta(microseconds=1)
        assert await below(world, first, before) == {"A", "A1", "A2"}
        assert await below(world, second, before) == {"B"}
        for after in (NOON + HOUR, NOON + 2 * HOUR, None):
            assert await below(world, first, after) == {"A"}
            assert await below(world, second, after) == {"B", "A1", "A2"}
        await copied(world)  # from scratch: nothing of it is forgotten


async def test_a_move_that_was_planned_counts_from_its_day_on_if_it_was_known(
    world: World,
) -> None:
    first, second, moved = await province(world)
    world.now = NOON + HOUR
    await move(world, moved, second, since="2026-11-22")
    await world.settle()
    last = datetime(2026, 11, 21, 16, 59, 59, 999999, tzinfo=UTC)
    assert await below(world, second, last) == {"B"}
    assert await below(world, second, last + timedelta(microseconds=1)) == {"B", "A1", "A2"}
    assert await below(world, first, NOON) == {"A", "A1", "A2"}


async def test_whoever_took_over_has_what_was_left_from_the_day_on_and_not_before_it_was_told(
    world: World,
) -> None:
    _, second, moved = await province(world)
    [child] = (await agencies(world).ListAgencies(pb.ListAgenciesRequest(code="A2"))).agencies
    world.now = NOON + 48 * HOUR
    await agencies(world).CloseAgency(
        pb.CloseAgencyRequest(
            name=child.name, etag=child.etag, valid_to="2026-11-21", successor=second.name
        )
    )
    await world.settle()
    assert await below(world, second, NOON + 47 * HOUR) == {"B"}
    assert await below(world, second, NOON + 48 * HOUR) == {"B", "A2"} == await below(world, second)
    assert "A2" in await below(world, moved, NOON + 48 * HOUR)


async def told(world: World, states: Sequence[tuple[int, int, UUID]], id: UUID = NINTH) -> None:
    """Identity's words about an agency: its revision, the hour after noon, and below whom it is."""
    for revision, hour, parent in states:
        one = pb.Agency(
            name=f"agencies/{id}",
            code="A9",
            display_name="Xã 9",
            kind=pb.Agency.KIND_COMMITTEE,
            parents=[pb.Agency.Parent(agency=f"agencies/{parent}", valid_from="2025-01-01")],
            valid_from="2025-01-01",
            etag=f'"{revision}"',
            update_time=stamp(NOON + hour * HOUR),
        )
        async with world.unit("warehouse") as unit:
            await copies.keep_agencies(unit, [one])


async def above(world: World, hour: int, id: UUID = NINTH) -> set[int]:
    async with world.unit("warehouse") as unit:
        tree = await branches.tree(unit, NOON + hour * HOUR)
        return {one.int for one in tree.above(id) - {id}}


async def test_what_comes_late_or_again_is_as_if_it_had_come_in_its_turn(world: World) -> None:
    await world.run(warehouse)
    states = [(2, 0, UUID(int=22)), (3, 2, UUID(int=23)), (4, 4, UUID(int=24))]
    for number, order in enumerate(permutations(states)):
        id = UUID(int=100 + number)
        await told(world, [*order, order[0]], id)
        # Before the first that is here it stood there too, as far as anybody here knows.
        known = [await above(world, hour, id) for hour in (-9, 0, 1, 2, 3, 4, 9)]
        assert known == [{22}, {22}, {22}, {23}, {23}, {24}, {24}]
        async with world.unit("warehouse") as unit:
            kept = await queries.agency(unit, id)
        assert kept is not None
        assert kept.parent == UUID(int=24)


async def test_before_it_was_told_for_the_first_time_there_was_nothing(world: World) -> None:
    await world.run(warehouse)
    await told(world, [(1, 1, UUID(int=22))])
    assert await above(world, 0) == set()
    assert await above(world, 1) == {22}


async def test_a_holiday_was_none_before_it_was_announced_nor_is_one_that_was_taken_back(
    world: World,
) -> None:
    await province(world)
    desk = world.person("mai", "administrator", of=ROOT).asks(CalendarServiceStub)
    for hour, kind in ((2, days_pb.Day.KIND_HOLIDAY), (4, days_pb.Day.KIND_REGULAR)):
        world.now = NOON + hour * HOUR
        day = days_pb.Day(date=NATIONAL.isoformat(), kind=kind)
        await desk.SetDay(days_pb.SetDayRequest(day=day))
        await world.settle()
    async with world.unit("warehouse") as unit:
        known = [await queries.calendar(unit, NOON + hour * HOUR) for hour in range(1, 6)]
        now = await queries.calendar(unit)
    assert [one.works(NATIONAL) for one in (*known, now)] == [True, False, False, True, True, True]


async def test_an_agency_lay_in_the_area_in_which_it_lay_and_an_area_ended_when_that_was_told(
    world: World,
) -> None:
    world.now = NOON
    await world.run(identity)
    desk = world.person("mai", "administrator", of=ROOT).asks(AreasServiceStub)
    await found(world, "T")
    made = list[areas_pb.Area]()
    for code in ("14", "03646", "03664"):
        said = areas_pb.Area(code=code, display_name=f"Xã {code}", valid_from="2025-07-01")
        said.parent = made[0].name if made else ""
        made.append(await desk.CreateArea(areas_pb.CreateAreaRequest(area=said)))
    root, ward, commune = made
    [top] = (await agencies(world).ListAgencies(pb.ListAgenciesRequest())).agencies
    settled = await found(world, "A", top.name, area=ward.name)
    await world.run(warehouse)
    await copied(world)
    world.now = NOON + 2 * HOUR
    settled.area = commune.name
    await agencies(world).UpdateAgency(pb.UpdateAgencyRequest(agency=settled))
    ward.valid_to = "2026-11-20"
    await desk.UpdateArea(areas_pb.UpdateAreaRequest(area=ward))
    await world.settle()
    id, ids = id_of("agencies", settled.name), [id_of("areas", one.name) for one in made[1:]]
    async with world.unit("warehouse") as unit:
        for moment, place, end in (
            (NOON + HOUR, ids[0], None),
            (NOON + 2 * HOUR, ids[1], date(2026, 11, 20)),
            (None, ids[1], date(2026, 11, 20)),
        ):
            assert await areas.agencies_in(unit, ids, moment) == {id: place}
            everybody = await areas.agencies_in(unit, [id_of("areas", root.name)], moment)
            assert list(everybody) == [id]
            shown = await areas.children(unit, id_of("areas", root.name), moment)
            assert [(row.code, row.valid_to) for row in shown] == [("03646", end), ("03664", None)]
        assert not await areas.children(unit, None, NOON - HOUR)


async def test_nobody_changes_what_was_known(world: World) -> None:
    await world.run(warehouse)
    await told(world, [(1, 1, UUID(int=22))])
    with pytest.raises(PermissionDenied):
        async with world.unit("warehouse") as unit:
            await unit.session.execute(update(agency_states).values(area=ROOT))
