"""An entity is read, added and changed without a session, and is the same where there is one."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from saola.kit.access import Caller
from saola.kit.call import Call
from saola.kit.errors import AlreadyExists, NotFound, PermissionDenied, StaleWrite
from saola.testing.plugin import World

from . import locks, make, trial
from .make import pb
from .notes.models import Note


def call(world: World, agency: UUID = make.ROADS) -> Call:
    return Call(world.running["notes"].service, Caller("x", agencies=(agency,)))


async def added(world: World, text: str = "Ổ gà", code: str | None = None) -> str:
    async with call(world).unit() as unit:
        note = Note(agency=make.ROADS, text=text, code=code, created_at=unit.now)
        return (await unit.add(note)).name


async def stored(world: World, name: str) -> tuple[str, int]:
    async with call(world).read() as unit:
        row = await unit.find(Note, name)
        return row.text, row.version


async def test_what_was_added_can_be_changed_at_once(world: World) -> None:
    await make.run(world)
    async with call(world).unit() as unit:
        note = await unit.add(Note(agency=make.ROADS, text="Ổ gà", created_at=unit.now))
        assert (note.code, note.etag) == (None, '"1"')
        note.text = "Đã vá"
        await unit.save(note)
        assert note.etag == '"2"'
    assert await stored(world, note.name) == ("Đã vá", 2)


async def test_a_row_is_one_entity_however_often_it_is_asked_for(world: World) -> None:
    await make.run(world)
    name = await added(world)
    async with call(world).unit() as unit:
        note = await unit.get(Note, name)
        note.text = "Đã vá"
        assert await unit.get(Note, name) is note
        [seen] = await unit.session.scalars(select(Note))
        assert seen is note
        note.text = "Đã sửa"
        await unit.save(note)
    assert (await stored(world, name))[0] == "Đã sửa"


async def test_what_was_changed_and_not_saved_is_kept_too(world: World) -> None:
    await make.run(world)
    name = await added(world)
    async with call(world).unit() as unit:
        (await unit.get(Note, name)).text = "Đã vá"
    assert await stored(world, name) == ("Đã vá", 2)


async def test_what_is_as_it_was_is_not_written(world: World) -> None:
    await make.run(world)
    name = await added(world)
    async with call(world).unit() as unit:
        note = await unit.get(Note, name)
        note.text = "khác"
        note.text = "Ổ gà"
        await unit.save(note)
    assert await stored(world, name) == ("Ổ gà", 1)


async def test_of_two_at_once_the_second_is_refused(world: World) -> None:
    await make.run(world)
    name = await added(world)

    async def late() -> None:
        async with call(world).unit() as second:
            note = await second.get(Note, name)
            async with call(world).unit() as first:
                (await first.get(Note, name)).text = "một"
            note.text = "hai"
            await second.save(note)

    with pytest.raises(StaleWrite):
        await late()
    assert await stored(world, name) == ("một", 2)


async def test_a_value_that_another_has_is_refused(world: World) -> None:
    await make.run(world)
    await added(world, code="A")
    with pytest.raises(AlreadyExists):
        await added(world, code="A")


async def test_rows_of_others_are_neither_found_nor_added(world: World) -> None:
    await make.run(world)
    name = await added(world)
    async with call(world, make.PARKS).unit() as unit:
        with pytest.raises(NotFound):
            await unit.get(Note, name)

    async def foreign() -> None:
        async with call(world, make.PARKS).unit() as unit:
            await unit.add(Note(id=uuid4(), agency=make.ROADS, text="x", created_at=unit.now))

    with pytest.raises(PermissionDenied):
        await foreign()


async def test_what_the_database_makes_is_known_at_once(world: World) -> None:
    await world.run(trial.idle)
    async with world.unit("trial") as unit:
        made = [
            await unit.add(
                trial.Note(agency=trial.AGENCY, about="", text=text, created_at=unit.now)
            )
            for text in ("một", "hai")
        ]
        assert [note.number for note in made] == [1, 2]


async def test_what_was_added_is_there_for_whatever_is_asked_next(world: World) -> None:
    await make.run(world)
    async with call(world).unit() as unit:
        for text in ("một", "hai"):
            await unit.add(Note(agency=make.ROADS, text=text, created_at=unit.now))
        assert len(await unit.rows(select(Note.text))) == 2
        third = await unit.add(Note(agency=make.ROADS, text="ba", created_at=unit.now))
        assert await unit.get(Note, third.name) is third


async def test_who_waits_for_a_row_tells_of_it_after_whoever_had_it(world: World) -> None:
    await make.run(world)
    name = await added(world, code="A")

    async def again() -> None:
        async with call(world).unit() as unit:
            note = Note(agency=make.ROADS, text="sau", code="A", created_at=unit.now)
            await unit.add(note)
            unit.emit(pb.NoteWritten(note=note.name, text=note.text))

    async with call(world).unit() as unit:
        await unit.session.delete(await unit.get(Note, name))
        await unit.session.flush()
        second = asyncio.ensure_future(again())
        await locks.waiting(world.site, "notes")
        unit.emit(pb.NoteWritten(note=name, text="trước"))
    await second
    await world.settle()
    told = {pb.NoteWritten.FromString(one.body).text: one.revision for one in await world.told()}
    assert told["trước"] < told["sau"]
