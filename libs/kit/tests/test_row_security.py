"""The rows of other agencies are as if they were not there."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from saola.kit.access import Caller
from saola.kit.app import together
from saola.kit.call import Call, ReadUnit
from saola.kit.errors import PermissionDenied
from saola.kit.start import CannotStart
from saola.testing.plugin import World, refused

from . import make
from .make import pb
from .notes.models import Note

GRANTED = "grant notes_system to notes with inherit false, set true"
EVERYTHING = select(func.count()).select_from(Note)


def call(world: World, *agencies: UUID) -> Call:
    return Call(world.running["notes"].service, Caller("x", agencies=agencies))


async def count(unit: ReadUnit) -> int:
    [(number,)] = await unit.rows(EVERYTHING)
    return int(number)


async def test_a_foreign_note_is_as_if_it_were_not_there(world: World) -> None:
    await make.run(world)
    roads, parks = make.reporter(world), make.reporter(world, of=make.PARKS)
    written = await roads.WriteNote(make.writing())

    with refused("NOT_FOUND", name=written.name):
        await parks.GetNote(pb.GetNoteRequest(name=written.name))
    assert not (await parks.ListNotes(pb.ListNotesRequest())).notes
    assert [note async for note in parks.ExportNotes(pb.ListNotesRequest())] == []
    change = pb.ChangeNoteRequest(name=written.name, text="x", etag=written.etag)
    with refused("NOT_FOUND", name=written.name):
        await parks.ChangeNote(change)


async def test_who_stands_above_sees_what_is_below(world: World) -> None:
    await make.run(world)
    written = await make.reporter(world).WriteNote(make.writing())
    leader = make.leader(world, of=make.PROVINCE)
    assert await leader.GetNote(pb.GetNoteRequest(name=written.name)) == written


async def test_an_rpc_says_how_far_a_person_sees(world: World) -> None:
    await make.run(world)
    for agency in (make.PROVINCE, make.ROADS, make.PARKS):
        await make.reporter(world, of=agency).WriteNote(make.writing(of=agency))
    asked, seen = pb.CountNotesRequest(), {}
    for agency in (make.PROVINCE, make.ROADS):
        leader = make.leader(world, of=agency)
        below = len((await leader.ListNotes(pb.ListNotesRequest())).notes)
        own = (await leader.CountNotesOfAgency(asked)).count
        site = (await leader.CountNotesOfSite(asked)).count
        seen[agency] = own, below, site
    assert seen == {make.PROVINCE: (1, 3, 3), make.ROADS: (1, 1, 3)}


async def test_nobody_writes_for_another_agency(world: World) -> None:
    await make.run(world)
    with refused("PERMISSION_DENIED"):
        await make.reporter(world).WriteNote(make.writing(of=make.PARKS))


async def test_who_has_no_agency_sees_nothing(world: World) -> None:
    await make.run(world)
    await make.reporter(world).WriteNote(make.writing())
    async with call(world).read() as unit:
        assert await count(unit) == 0


async def test_the_service_sees_everything_only_where_it_gives_a_reason(world: World) -> None:
    await make.run(world)
    await make.reporter(world).WriteNote(make.writing())
    own = Call.own(world.running["notes"].service)
    async with own.unit() as unit:
        assert await count(unit) == 0
    async with own.unit(system="count") as unit:
        assert await count(unit) == 1
        assert await unit.rows(select(func.current_setting("saola.system"))) == [("count",)]


async def test_without_a_scope_there_are_no_rows(world: World) -> None:
    await make.run(world)
    await make.reporter(world).WriteNote(make.writing())
    assert await world.sql("notes", "select count(*) from notes") == 0


async def test_a_connection_forgets_whom_it_served(world: World) -> None:
    await make.run(world)
    seen = {make.ROADS: 3, make.PARKS: 1}
    for agency, number in seen.items():
        for _ in range(number):
            await make.reporter(world, agency).WriteNote(make.writing(of=agency))

    async def look(agency: UUID) -> tuple[UUID, int]:
        page = await make.reporter(world, agency).ListNotes(pb.ListNotesRequest())
        return agency, len(page.notes)

    looks = await asyncio.gather(*(look(agency) for agency in [*seen, *seen] * 25))
    assert set(looks) == set(seen.items())


async def test_many_rows_at_once_are_checked_like_one(world: World) -> None:
    await make.run(world)
    row = {"agency": make.PARKS, "text": "x", "code": None}
    with pytest.raises(PermissionDenied, match="You may not"):
        async with call(world, make.ROADS).unit() as unit:
            await unit.copy(Note, [row])


async def test_a_unit_that_reads_cannot_write(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).read() as unit:
        connection = await unit.connection()
        with pytest.raises(DBAPIError, match="read-only transaction"):
            await connection.execute(insert(Note).values(id=make.ROADS))


async def test_peers_are_asked_before_the_first_statement(world: World) -> None:
    await make.run(world)
    async with call(world).read() as unit:
        await count(unit)
        with pytest.raises(RuntimeError, match="before the first statement"):
            unit.peer(lambda channel: channel)


@pytest.mark.parametrize(
    ("mighty", "as_before"),
    [
        ("alter role notes bypassrls", "alter role notes nobypassrls"),
        ("alter role notes superuser", "alter role notes nosuperuser"),
        ("grant notes_system to notes with inherit true", GRANTED),
        ("alter table notes owner to notes", "alter table notes owner to notes_owner"),
    ],
)
async def test_a_service_refuses_to_run_as_a_role_that_sees_all(
    world: World, mighty: str, as_before: str
) -> None:
    await make.run(world)
    await world.sql("notes", mighty, role="postgres")
    try:
        with pytest.raises(CannotStart, match="get around row-level security"):
            async with together([make.app], world.platform()):
                pass
    finally:
        await world.sql("notes", as_before, role="postgres")


async def test_the_scope_is_computed_once_per_statement(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).read() as unit:
        connection = await unit.connection()
        lines = (await connection.scalars(text("explain select * from notes"))).all()
    plan = "\n".join(lines)
    filters = [line for line in lines if "agency = ANY" in line]
    assert "InitPlan" in plan
    assert filters
    assert not any("current_setting" in line or "SubPlan" in line for line in filters)
