"""A connection is handed on with nothing of whoever had it before."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

import grpc
import httpx
import pytest
import structlog
from sqlalchemy import bindparam, select

from saola.client.site import Refusal
from saola.kit.access import Caller
from saola.kit.call import Call
from saola.kit.connections import LINGER
from saola.kit.database import CONNECTIONS
from saola.testing.plugin import World

from . import make
from .notes.models import Note

OPEN = """
    select count(*) from pg_stat_activity
    where datname = 'notes' and state like 'idle in transaction%'
"""
KEPT = """
    select count(*) from pg_stat_activity
    where usename = 'notes' and application_name <> 'saola loop'
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
    await world.until(lambda: connections.used == 0)
    assert await texts(world, make.ROADS) == ["Ổ gà"]


async def test_one_that_breaks_while_it_is_open_is_not_used_again(world: World) -> None:
    await make.run(world)
    assert await texts(world, make.ROADS) == []
    kill = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'notes'"
    await world.sql("notes", f"{kill} and application_name <> 'saola loop'", role="postgres")
    await asyncio.sleep(5 * LINGER)  # it is ended meanwhile, or is seen to be closed
    assert await texts(world, make.ROADS) == []


async def test_a_call_that_outlasts_its_service_leaves_nothing_open(world: World) -> None:
    await make.run(world)
    database = world.running["notes"].service.database
    async with call(world, make.ROADS).read() as unit:
        await unit.rows(BY_TEXT, text="Ổ gà")
        await database.connections.close()
    async with asyncio.timeout(30):
        while await world.sql("notes", KEPT, role="postgres"):
            pass
    await world.until(lambda: database.connections.used == 0)


async def test_a_list_of_values_is_no_statement_of_the_fast_lane(world: World) -> None:
    await make.run(world)
    async with call(world, make.ROADS).read() as unit:
        with pytest.raises(TypeError, match="any"):
            await unit.rows(BY_TEXTS, texts=["Ổ gà"])


async def test_who_waits_in_vain_for_a_connection_is_told_to_ask_again(world: World) -> None:
    """By RPC and by HTTP; and whoever asks again is answered."""
    await make.run(world)
    person = world.person("mai", "reporter", of=make.ROADS)
    signed = {"authorization": f"Bearer {person.token}"}
    served = world.running["notes"]
    files = f"http://127.0.0.1:{served.port}/notes/files/{'0' * 64}"
    async with (
        grpc.aio.insecure_channel(world.peers.address("notes")) as channel,
        httpx.AsyncClient(headers=signed, timeout=30) as http,
    ):
        list_notes = make.NotesServiceStub(channel).ListNotes
        asked = make.pb.ListNotesRequest()
        with structlog.testing.capture_logs() as logs:
            async with AsyncExitStack() as held:
                for _ in range(CONNECTIONS):
                    unit = await held.enter_async_context(call(world, make.ROADS).unit())
                    await unit.begin()
                answer, page = await asyncio.gather(
                    list_notes(asked, metadata=tuple(signed.items())),
                    http.get(files),
                    return_exceptions=True,
                )
        assert isinstance(answer, grpc.aio.AioRpcError)
        refusal = Refusal(answer)
        assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "OVERLOADED")
        assert refusal.facts == {"retry_after": "1"}
        assert isinstance(page, httpx.Response)
        assert (page.status_code, page.json()["reason"]) == (503, "OVERLOADED")
        assert page.headers["retry-after"] == "1"
        events = [line["event"] for line in logs]
        assert "unexpected" not in events
        assert events.count("overloaded: no connection has become free") >= 2
        registry = served.service.telemetry.registry
        assert (registry.get_sample_value("saola_sql_missed_total") or 0) >= 2
        refused = {"rpc": "saola.apis.notes.v1.NotesService.ListNotes", "reason": "OVERLOADED"}
        assert registry.get_sample_value("saola_refusals_total", refused) == 1

        await list_notes(asked, metadata=tuple(signed.items()))
        assert (await http.get(files)).status_code == 404
