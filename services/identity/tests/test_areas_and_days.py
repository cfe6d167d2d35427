"""Areas and the calendar over gRPC: common to all, kept by the administrators of the root."""

import pytest

from saola.apis.identity.v1 import areas_pb2 as areas
from saola.apis.identity.v1 import calendar_pb2 as days
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.apis.identity.v1.calendar_pb2_grpc import CalendarServiceStub
from saola.testing.plugin import World, refused

from . import make


def places(world: World, role: str = "administrator") -> AreasServiceStub:
    return world.person("mai", role, of=make.ROOT).asks(AreasServiceStub)


def calendar(world: World, role: str = "administrator") -> CalendarServiceStub:
    return world.person("mai", role, of=make.ROOT).asks(CalendarServiceStub)


def area(code: str = "14", title: str = "Tỉnh Sơn La", **more: object) -> areas.Area:
    plain = {"code": code, "display_name": title, "valid_from": "2025-07-01", **more}
    return areas.Area(**plain)  # type: ignore[arg-type]  # by the names of its fields


async def added(world: World, one: areas.Area) -> areas.Area:
    return await places(world).CreateArea(areas.CreateAreaRequest(area=one))


async def test_an_area_is_told_as_it_was_said(world: World) -> None:
    await world.run(make.app)
    said = area(latitude=21.3270, longitude=103.9141, square_kilometres=14109.83)
    made = await added(world, said)
    there = await places(world, "leader").GetArea(areas.GetAreaRequest(name=made.name))
    assert there == made
    assert (there.latitude, there.square_kilometres) == (21.327, 14109.83)


async def test_areas_are_found_in_vietnamese_order_below_their_parent(world: World) -> None:
    await world.run(make.app)
    province = await added(world, area())
    for number, title in enumerate(("Xã Yên Châu", "Phường Tô Hiệu", "Xã Đoàn Kết", "Xã Bắc Yên")):
        await added(world, area(f"0364{number}", title, parent=province.name))
    ask = areas.ListAreasRequest(query="xa", parent=province.name)
    found = (await places(world, "reporter").ListAreas(ask)).areas
    assert [one.display_name for one in found] == ["Xã Bắc Yên", "Xã Đoàn Kết", "Xã Yên Châu"]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"code": "S1"}, "INVALID_FIELD", "area.code"),
        ({"latitude": 90.1}, "INVALID_FIELD", "area.latitude"),
        ({"longitude": float("nan")}, "INVALID_FIELD", "area.longitude"),
        ({"square_kilometres": -1.0}, "INVALID_FIELD", "area.square_kilometres"),
        ({"valid_to": "2025-07-01"}, "DATES_OUT_OF_ORDER", "area.valid_to"),
    ],
)
async def test_what_is_wrong_with_an_area_is_said_with_its_field(
    world: World, change: dict[str, object], reason: str, field: str
) -> None:
    await world.run(make.app)
    with refused(reason, field=field):
        await added(world, area(**change))  # type: ignore[arg-type]  # by the names of its fields


async def test_a_code_belongs_to_one_area_at_a_time(world: World) -> None:
    await world.run(make.app)
    first = await added(world, area())
    with refused("ALREADY_EXISTS", field="area.code", value="14"):
        await added(world, area())
    first.valid_to = "2026-01-01"
    ended = await places(world).UpdateArea(areas.UpdateAreaRequest(area=first))
    assert ended.valid_to == "2026-01-01"
    assert (await added(world, area(valid_from="2026-01-01"))).code == "14"
    with refused("STALE_WRITE"):
        await places(world).UpdateArea(areas.UpdateAreaRequest(area=first))


async def test_an_area_with_others_in_it_does_not_end(world: World) -> None:
    await world.run(make.app)
    province = await added(world, area())
    await added(world, area("03646", "Phường Tô Hiệu", parent=province.name))
    province.valid_to = "2026-01-01"
    with refused("HAS_CHILDREN", count="1"):
        await places(world).UpdateArea(areas.UpdateAreaRequest(area=province))


async def test_an_administrator_of_one_unit_changes_nothing_that_is_common(world: World) -> None:
    await world.run(make.app)
    made = await make.found(world, ("T", ""), ("A", "T"))
    local = world.person("ha", "administrator", of=make.id_in(made["A"].name))
    with refused("PERMISSION_DENIED"):
        await local.asks(AreasServiceStub).CreateArea(areas.CreateAreaRequest(area=area()))
    holiday = days.Day(date="2026-09-02", kind=days.Day.KIND_HOLIDAY)
    with refused("PERMISSION_DENIED"):
        await local.asks(CalendarServiceStub).SetDay(days.SetDayRequest(day=holiday))


async def test_a_day_that_is_regular_again_is_listed_no_more_and_told_of(world: World) -> None:
    await world.run(make.app)
    desk = calendar(world)
    day = days.Day(date="2026-09-02", kind=days.Day.KIND_HOLIDAY, note="Quốc khánh")
    made = await desk.SetDay(days.SetDayRequest(day=day))
    assert made.name == "days/2026-09-02"
    listed = await calendar(world, "reporter").ListDays(days.ListDaysRequest(year=2026))
    assert list(listed.days) == [made]
    day.kind = days.Day.KIND_REGULAR
    await desk.SetDay(days.SetDayRequest(day=day))
    await desk.SetDay(days.SetDayRequest(day=day))  # as it is already: nothing to tell
    assert not (await desk.ListDays(days.ListDaysRequest())).days
    await world.settle()
    assert [one.key for one in await world.told()] == ["days/2026-09-02"] * 2


@pytest.mark.parametrize(
    ("date", "kind", "reason", "field"),
    [
        ("2026-08-21", days.Day.KIND_MADE_UP, "INVALID_FIELD", "day.kind"),
        ("1889-05-01", days.Day.KIND_HOLIDAY, "INVALID_FIELD", "day.date"),
        ("2026-02-30", days.Day.KIND_HOLIDAY, "INVALID_FIELD", "day.date"),
        ("2026-09-02", days.Day.KIND_UNSPECIFIED, "MISSING_FIELD", "day.kind"),
    ],
)
async def test_what_is_wrong_with_a_day_is_said_with_its_field(
    world: World, date: str, kind: days.Day.Kind.ValueType, reason: str, field: str
) -> None:
    await world.run(make.app)
    with refused(reason, field=field):
        await calendar(world).SetDay(days.SetDayRequest(day=days.Day(date=date, kind=kind)))
