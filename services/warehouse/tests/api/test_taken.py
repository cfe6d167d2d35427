"""The warehouse tells when it knows an agency as identity has it."""

from services.warehouse.tests import make
from sqlalchemy import select

from saola.apis.identity.v1 import events_pb2 as identity
from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1.events_pb2 import AgencyTaken
from saola.kit.tables import lineage
from saola.services.warehouse.consumers import agency_changed
from saola.testing.plugin import World


async def test_what_is_seen_by_whom_is_told_once_it_goes_by_what_identity_said(
    world: World,
) -> None:
    await make.warehouse(world)
    await world.settle()
    before = len(await world.told())
    moved = Agency(
        name=make.agency(make.HEALTH),
        code="H",
        display_name="Sở Y tế",
        kind=Agency.KIND_DEPARTMENT,
        valid_from="2020-01-01",
        etag='"7"',
    )
    async with world.unit("warehouse") as unit:
        await agency_changed(unit, identity.AgencyChanged(agency=moved.name, state=moved))
    await world.settle()
    [told] = (await world.told())[before:]
    assert told.type == AgencyTaken.DESCRIPTOR.full_name
    assert AgencyTaken.FromString(told.body).agency == moved.name
    async with world.unit("warehouse") as unit:
        above = await unit.rows(select(lineage.c.ancestor).where(lineage.c.agency == make.HEALTH))
    assert [row.ancestor for row in above] == [make.HEALTH]
