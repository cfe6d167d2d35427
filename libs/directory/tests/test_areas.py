"""The copy of areas in another service: filled at its first start, and kept by events."""

from uuid import UUID

from saola.apis.identity.v1 import areas_pb2 as pb
from saola.apis.identity.v1.areas_pb2_grpc import AreasServiceStub
from saola.directory import areas
from saola.kit.call import Call
from saola.kit.names import id_of
from saola.services.identity.app import app as identity
from saola.services.warehouse.app import app as warehouse
from saola.testing.plugin import World


def desk(world: World) -> AreasServiceStub:
    return world.person("mai", "administrator", of=UUID(int=1)).asks(AreasServiceStub)


async def add(world: World, code: str, parent: str = "") -> pb.Area:
    said = pb.Area(code=code, display_name=f"Xã {code}", parent=parent, valid_from="2025-07-01")
    return await desk(world).CreateArea(pb.CreateAreaRequest(area=said))


async def titles(world: World, parent: str) -> list[str]:
    async with world.unit("warehouse") as unit:
        return [row.title for row in await areas.children(unit, id_of("areas", parent))]


async def test_a_service_that_starts_later_gets_every_area_and_follows_what_changes(
    world: World,
) -> None:
    await world.run(identity)
    province = await add(world, "14")
    first = await add(world, "03646", province.name)
    await world.run(warehouse)
    await areas.resync_areas(Call.own(world.running["warehouse"].service))
    assert await titles(world, province.name) == ["Xã 03646"]

    await add(world, "03664", province.name)
    first.display_name = "Phường Tô Hiệu"
    await desk(world).UpdateArea(pb.UpdateAreaRequest(area=first))
    await world.settle()

    assert await titles(world, province.name) == ["Phường Tô Hiệu", "Xã 03664"]
    await areas.resync_areas(Call.own(world.running["warehouse"].service))  # twice is as once
    assert await titles(world, province.name) == ["Phường Tô Hiệu", "Xã 03664"]


async def test_what_identity_told_before_does_not_undo_what_it_told_later(world: World) -> None:
    await world.run(warehouse)
    told = [
        pb.Area(
            name=f"areas/{UUID(int=5)}",
            code="14",
            display_name=title,
            valid_from="2025-07-01",
            etag=f'"{revision}"',
        )
        for revision, title in ((2, "Tỉnh Sơn La"), (1, "Sơn La"))
    ]
    async with world.unit("warehouse") as unit:
        for one in told:
            await areas.keep(unit, [one])
        [root] = await areas.children(unit, None)
    assert root.title == "Tỉnh Sơn La"
