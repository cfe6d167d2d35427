"""A connection that served one caller serves the next as if it were new, come what may."""

import asyncio
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from saola.kit.access import Caller
from saola.kit.call import Call, Unit
from saola.kit.database import CONNECTIONS, TOGETHER, Compiled
from saola.kit.errors import AlreadyExists, PermissionDenied
from saola.testing.plugin import World

from . import make
from .notes.api import GET
from .notes.models import Note

LEFT = """
    select coalesce(current_setting('saola.agencies', true), '')
        || coalesce(current_setting('saola.roots', true), '')
        || coalesce(current_setting('saola.system', true), '')
        || case when current_user = 'notes' then '' else current_user end
"""
GET_ALL = Compiled(select(Note.__table__))
AGENCIES = (make.PROVINCE, make.ROADS, make.PARKS)


def call(world: World, *agencies: UUID) -> Call:
    return Call(world.running["notes"].service, Caller("x", agencies=agencies))


async def test_no_cancel_and_no_error_leaves_a_scope_behind(world: World) -> None:
    """Four hundred calls at once over four connections, each broken off at its own moment."""
    await make.run(world)
    random, foreign, acknowledged = Random(7), list[UUID](), set[UUID]()  # noqa: S311

    async def one(agency: UUID, trouble: float) -> None:
        async with call(world, agency).unit() as unit:
            for seen in await unit.session.scalars(select(Note.agency)):
                if seen not in (agency, *(AGENCIES if agency == make.PROVINCE else ())):
                    foreign.append(seen)
            note = await unit.add(Note(agency=agency, text="x", code=None, created_at=unit.now))
            if trouble < 0.2:
                raise ZeroDivisionError
            if trouble < 0.4:
                await unit.rows(text("select 1 / 0"))
        acknowledged.add(note.id)

    async def broken_off(agency: UUID) -> None:
        try:
            async with asyncio.timeout(random.random() * 0.4):
                await one(agency, random.random())
        except (TimeoutError, ZeroDivisionError, DBAPIError):
            pass

    for _ in range(4):
        await asyncio.gather(*(broken_off(random.choice(AGENCIES)) for _ in range(100)))

    assert foreign == []
    async with Call.own(world.running["notes"].service).read(system="count") as unit:
        kept = {row.id for row in await unit.rows(select(Note.id))}
    assert acknowledged <= kept
    pool = world.running["notes"].service.database.connections
    taken = [await pool.take() for _ in range(CONNECTIONS)]
    for one in taken:
        await one.begin("select 1")
    assert {await one.driver.fetchval(LEFT) for one in taken} == {""}
    for one in taken:
        pool.give(one, sound=True)


async def test_an_error_that_was_caught_is_not_taken_for_success(world: World) -> None:
    await make.run(world)

    async def careless() -> None:
        async with call(world, make.ROADS).unit() as unit:
            await unit.add(Note(agency=make.ROADS, text="x", code=None, created_at=unit.now))
            with pytest.raises(DBAPIError):
                await unit.rows(text("select 1 / 0"))

    with pytest.raises(RuntimeError, match="An error of the database was caught"):
        await careless()
    assert await world.sql("notes", "select count(*) from notes", role="postgres") == 0


async def test_a_transaction_that_is_over_does_not_begin_again(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).unit() as unit:
        pass
    with pytest.raises(RuntimeError, match="over"):
        await unit.rows(select(func.count()).select_from(Note))
    with pytest.raises(RuntimeError, match="over"):
        await unit.session.execute(insert(Note).values(id=make.ROADS))


async def test_the_fast_lane_sees_what_the_caller_sees(world: World) -> None:
    await make.run(world)
    written = await make.reporter(world).WriteNote(make.writing("Ổ gà"))
    id = UUID(written.name.removeprefix("notes/"))
    seen = {}
    for agency in (make.ROADS, make.PROVINCE, make.PARKS):
        async with call(world, agency).read() as unit:
            seen[agency] = [row["text"] for row in await unit.fetch(GET, id=id)]
    assert seen == {make.ROADS: ["Ổ gà"], make.PROVINCE: ["Ổ gà"], make.PARKS: []}


async def test_the_fast_lane_takes_the_values_that_it_knows(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).read() as unit:
        with pytest.raises(TypeError, match="has no"):
            await unit.fetch(GET, name="x")


async def test_many_calls_at_once_wait_for_four_connections(world: World) -> None:
    await make.run(world)
    lan = make.leader(world, of=make.ROADS)
    counts = await asyncio.gather(
        *(lan.CountNotesOfAgency(make.pb.CountNotesRequest()) for _ in range(100))
    )
    used = "select count(*) from pg_stat_activity where datname = 'notes' and state like 'idle%'"
    own = await world.sql("notes", f"{used} and application_name <> 'saola loop'", role="postgres")
    assert len(counts) == 100
    assert own <= CONNECTIONS


WRITE = Compiled(
    insert(Note.__table__).values(
        {name: bindparam(name) for name in ("id", "version", "created_at", "agency", "text")}
    )
)


async def write(unit: Unit, text: str, agency: UUID = make.ROADS, id: UUID | None = None) -> None:
    given = {"version": 1, "created_at": unit.now, "agency": agency, "text": text}
    await unit.write(WRITE, id=id or uuid4(), **given)


async def test_rows_written_together_are_there_for_whatever_is_asked_next(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).unit() as unit:
        await write(unit, "a")
        assert [row.text for row in await unit.rows(select(Note.text))] == ["a"]
        await write(unit, "b")
        assert len(await unit.fetch(GET_ALL)) == 2
        await write(unit, "c")
        assert await unit.session.scalar(select(func.count()).select_from(Note)) == 3
        lent = await unit.connection()
        await write(unit, "d")
        assert await lent.scalar(select(func.count()).select_from(Note)) == 4
        for number in range(2 * TOGETHER + 1):
            await write(unit, f"{number}")
    async with call(world, make.ROADS).read() as seen:
        assert len(await seen.rows(select(Note.id))) == 2 * TOGETHER + 5


async def test_rows_written_together_leave_the_way_to_peers_open(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).unit() as unit:
        await write(unit, "a")
        assert unit.call


@pytest.mark.parametrize("agency", [make.PARKS, make.ROADS])
async def test_one_bad_row_of_those_written_together_leaves_none(
    world: World, agency: UUID
) -> None:
    """A row of another agency, or one that is there already."""
    await make.run(world)
    there = uuid4()

    async def write_both() -> None:
        async with call(world, make.ROADS).unit() as unit:
            await write(unit, "good", id=there)
            await write(unit, "bad", agency, id=there)

    with pytest.raises((PermissionDenied, AlreadyExists)):
        await write_both()
    async with call(world, make.ROADS, make.PARKS).read() as seen:
        assert await seen.rows(select(Note.id)) == []


async def test_connections_that_the_database_has_closed_are_not_used_again(world: World) -> None:
    await make.run(world)
    pool = world.running["notes"].service.database.connections
    taken, gone = [await pool.take() for _ in range(CONNECTIONS)], asyncio.Semaphore(0)
    for one in taken:
        one.driver.add_termination_listener(lambda _: gone.release())
        pool.give(one, sound=True)
    kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'notes'"
    await world.sql("notes", f"{kill} and application_name <> 'saola loop'", role="postgres")
    for _ in taken:
        await gone.acquire()
    for _ in range(2 * CONNECTIONS):
        await make.reporter(world).WriteNote(make.writing())
