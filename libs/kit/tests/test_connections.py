"""A connection is handed on with nothing of whoever had it before."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import bindparam, select

from saola.kit.access import Caller
from saola.kit.call import Call
from saola.kit.connections import LINGER
from saola.testing.plugin import World

from . import make
from .notes.models import Note

OPEN = """
    select count(*) from pg_stat_activity
    where datname = 'notes' and state like 'idle in transaction%'
"""
BY_TEXT = select(Note.agency, Note.text).where(Note.text == bindparam("text"))
BY_TEXTS = select(Note.agency).where(Note.text.in_(bindparam("texts", expanding=True)))


def call(world: World, agency: UUID) -> Call:
    return Call(world.running["notes"].service, Caller("mai", agencies=(agency,)))


async def texts(world: World, agency: UUID) -> list[str]:
    async with call(world, agency).read() as unit:
        return [row.text for row in await unit.rows(BY_TEXT, text="Ổ gà")]


async def test_what_has_read_is_ended_by_the_next_or_soon(world: World) -> None:
    await make.run(world)
    await make.reporter(world).WriteNote(make.writing("Ổ gà"))
    connections = world.running["notes"].service.database.connections
    for _ in range(20):
        assert await texts(world, make.ROADS) == ["Ổ gà"]
        assert await texts(world, make.PARKS) == []
    async with asyncio.timeout(30):
        while await world.sql("notes", OPEN, role="postgres"):
            pass
    assert connections.used == 0
    assert await texts(world, make.ROADS) == ["Ổ gà"]


async def test_one_that_breaks_while_it_is_open_is_not_used_again(world: World) -> None:
    await make.run(world)
    assert await texts(world, make.ROADS) == []
    kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'notes'"
    await world.sql("notes", f"{kill} and application_name <> 'saola loop'", role="postgres")
    await asyncio.sleep(5 * LINGER)  # it is ended meanwhile, or is seen to be closed
    assert await texts(world, make.ROADS) == []


async def test_a_list_of_values_is_no_statement_of_the_fast_lane(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).read() as unit:
        with pytest.raises(TypeError, match="any"):
            await unit.rows(BY_TEXTS, texts=["Ổ gà"])
