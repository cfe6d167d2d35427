"""Who did what is kept with what they did, and what is changed in it later no longer fits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import asyncpg
import pytest

from saola.kit import audit, purge, seals
from saola.kit.access import Caller
from saola.kit.call import Call
from saola.testing.plugin import World, refused

from . import make
from .make import pb

TELL = "select caller, front, rpc, action, subject, facts::text from audit order by seq"


@asynccontextmanager
async def as_(world: World, role: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(world.site.url(role, "notes").replace("+asyncpg", ""))
    try:
        yield connection
    finally:
        await connection.close()


async def rows(world: World) -> list[dict[str, str]]:
    async with as_(world, "postgres") as connection:
        return [dict(row) for row in await connection.fetch(TELL)]


async def test_every_write_is_kept_with_who_did_it(world: World) -> None:
    await make.run(world)
    written = await make.reporter(world, front="portal").WriteNote(make.writing("bí mật"))
    [row] = await rows(world)
    assert row == {
        "caller": f"reporter-{make.ROADS.int}",
        "front": "portal",
        "rpc": "saola.apis.notes.v1.NotesService.WriteNote",
        "action": "WriteNote",
        "subject": written.name,
        "facts": "{}",
    }
    assert "bí mật" not in str(row)


async def test_what_is_not_kept_is_not_in_the_audit(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    await mai.WriteNote(make.writing(code="K1", request_id="1"))
    with refused("ALREADY_EXISTS"):
        await mai.WriteNote(make.writing(code="K1"))
    await mai.WriteNote(make.writing(code="K1", request_id="1"))
    assert len(await rows(world)) == 1


async def test_a_function_says_more_where_it_can(world: World) -> None:
    await make.run(world)
    async with world.unit("notes") as unit:
        unit.audit("note.shown", subject="notes/1", agency=make.ROADS, pages=2)
    [row] = await rows(world)
    told = row["caller"], row["action"], row["subject"], row["facts"]
    assert told == ("services/notes", "note.shown", "notes/1", '{"pages": 2}')


async def test_who_is_refused_is_kept_but_not_a_thousand_times(world: World) -> None:
    await make.run(world)
    stranger = make.ask(world.person("lan", "steward", of=make.ROADS))
    for _ in range(12):
        with refused("PERMISSION_DENIED"):
            await stranger.WriteNote(make.writing())
    kept = await rows(world)
    assert len(kept) == 10
    assert {(row["caller"], row["action"], row["facts"]) for row in kept} == {
        ("lan", "refused", '{"reason": "PERMISSION_DENIED"}')
    }


async def test_a_look_at_all_agencies_by_a_service_is_kept(world: World) -> None:
    await make.run(world)
    written = await make.reporter(world).WriteNote(make.writing())
    for _ in range(3):
        await make.ask(world.service("warehouse")).GetNote(pb.GetNoteRequest(name=written.name))
    looks = [row["caller"] for row in await rows(world) if row["action"] == "looked"]
    assert looks == ["services/warehouse"]


@pytest.mark.parametrize("role", ["notes", "system"])
@pytest.mark.parametrize(
    "statement",
    [
        "update audit set caller = 'lan'",
        "delete from audit",
        "truncate audit",
        "update seals set head = ''",
        "delete from seals",
    ],
)
async def test_the_service_itself_cannot_change_it(world: World, role: str, statement: str) -> None:
    await make.run(world)
    async with as_(world, "notes") as connection:
        if role == "system":
            await connection.execute("set role notes_system")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def sealed(world: World, notes: int = 3) -> dict[int, bytes]:
    """Some notes under a seal each; the heads as they would be published."""
    for number in range(notes):
        await make.reporter(world).WriteNote(make.writing(str(number)))
        async with as_(world, "postgres") as connection:
            await seals.seal(connection)
    async with as_(world, "postgres") as connection:
        return {row["number"]: row["head"] for row in await connection.fetch(seals.ALL)}


ROW = "select 9, xid, at, caller, front, rpc, action, subject, agency, digest, facts from audit"
TAMPERED = {
    "edited": ("update audit set subject = 'notes/x' where seq = {it}", "edited or reordered"),
    "removed": ("delete from audit where seq = {it}", "1 rows were removed"),
    "added": (
        f"insert into audit overriding system value {ROW} where seq = {{it}}",
        "1 rows were added",
    ),
    "moved": (
        "update audit set xid = (select xid from audit where seq = {first}) where seq = {it}",
        "1 rows were added",
    ),
    "reordered": ("update audit set seq = 9 where seq = {it}", "edited or reordered"),
    "the seal rewritten": (
        "update seals set head = '\\x00' where number = {it}",
        "edited or reordered",
    ),
    "a seal removed": ("delete from seals where number = {it}", "does not follow"),
    "the end cut off": (
        "delete from audit where seq = {last}; delete from seals where number = {last}",
        "cut",
    ),
    "the beginning cut off": (
        "delete from audit where seq = {first}; delete from seals where number = {first}",
        "gone before their time",
    ),
    "the first seal cut off, its rows not": (
        "delete from seals where number = {first}",
        "1 rows stand before the first seal",
    ),
    "the first seal made to follow another": (
        "update seals set before = '\\x00' where number = {first}",
        "as it was published",
    ),
}


async def purged(world: World, count: int) -> None:
    """The rows under the first `count` seals are old, and go."""
    async with as_(world, "postgres") as connection:
        await connection.execute(AGED, OLD, list(range(1, count + 1)))
    async with as_(world, "notes") as connection:
        await connection.execute("set role notes_system")
        assert await connection.fetchval(PURGE) == count


OLD = timedelta(days=5 * 366 + 1)
AGED = "update seals set at = at - $1::interval where number = any ($2)"
PURGE = "select purge_audit('5 years', 1000)"


@pytest.mark.parametrize("gone", [0, 2], ids=["whole", "purged"])
@pytest.mark.parametrize(("statement", "found"), TAMPERED.values(), ids=TAMPERED)
async def test_what_was_changed_later_is_found(
    world: World, statement: str, found: str, gone: int
) -> None:
    await make.run(world)
    published = await sealed(world, gone + 3)
    await purged(world, gone)
    first, it, last = range(gone + 1, gone + 4)
    young, heads = [first, it, last], {0: b""} | published
    async with as_(world, "postgres") as connection, connection.transaction():
        assert await seals.flaws(connection, heads, young) == []
        await connection.execute(statement.format(first=first, it=it, last=last))
        assert any(found in flaw for flaw in await seals.flaws(connection, heads, young))


async def test_what_is_old_goes_up_to_the_first_that_is_not_and_never_the_last(
    world: World,
) -> None:
    await make.run(world)
    await sealed(world, 4)
    async with as_(world, "postgres") as connection:
        await connection.execute(AGED, OLD, [1, 2, 4])
    async with as_(world, "notes") as connection:
        await connection.execute("set role notes_system")
        assert [await connection.fetchval(PURGE) for _ in range(2)] == [2, 0]
    async with as_(world, "postgres") as connection:
        await connection.execute(AGED, OLD, [3])
        assert [await connection.fetchval(PURGE) for _ in range(2)] == [1, 0]


async def test_nobody_can_have_rows_purged_that_are_younger_than_a_year(world: World) -> None:
    await make.run(world)
    await sealed(world)
    async with as_(world, "notes") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval(PURGE)
        await connection.execute("set role notes_system")
        with pytest.raises(asyncpg.RaiseError, match="a year at least"):
            await connection.fetchval("select purge_audit('364 days', 1000)")
        assert await connection.fetchval(PURGE) == 0
    assert len(await rows(world)) == 3


async def test_a_chain_that_was_written_anew_is_not_the_published_one(world: World) -> None:
    await make.run(world)
    published = await sealed(world)
    async with as_(world, "postgres") as connection:
        await connection.execute("update audit set caller = 'lan'; delete from seals")
        while await seals.seal(connection):
            pass
        async with connection.transaction():
            assert "not the one that was published" in str(
                await seals.flaws(connection, {1: published[1]})
            )


async def test_a_row_that_is_committed_late_is_sealed_late_and_not_lost(world: World) -> None:
    await make.run(world)
    call = Call(world.running["notes"].service, Caller("slow", agencies=(make.ROADS,)))
    async with call.unit() as unit:
        unit.audit("slow")
        await unit.tell()
        await make.reporter(world).WriteNote(make.writing("quick"))
        async with as_(world, "postgres") as connection:
            assert await seals.seal(connection) is None
    async with as_(world, "postgres") as connection:
        new = await seals.seal(connection)
        async with connection.transaction():
            assert await seals.flaws(connection, {}) == []
    assert new
    assert new.rows == 2


async def test_many_rows_of_one_transaction_are_sealed_together(world: World) -> None:
    await make.run(world)
    for count in (7, 1, 1, 1, 1):
        async with world.unit("notes") as unit:
            for number in range(count):
                unit.audit(str(number))
    async with as_(world, "postgres") as connection:
        sizes = []
        while new := await seals.seal(connection, most=2):
            sizes.append(new.rows)
        async with connection.transaction():
            assert await seals.flaws(connection, {}) == []
    assert sizes == [9, 2]


async def test_the_head_is_told_outside_and_verified_against(world: World) -> None:
    await make.run(world)
    await make.reporter(world).WriteNote(make.writing())
    async with asyncio.timeout(10):
        while not (finding := await verify(world)).seals:
            await asyncio.sleep(0.1)
    assert (finding.rows, finding.waiting, finding.flaws) == (1, 0, ())
    async with as_(world, "postgres") as connection:
        async with asyncio.timeout(10):
            while not await published(world):
                await asyncio.sleep(0.1)
        await connection.execute("delete from audit; delete from seals")
    [flaw] = (await verify(world)).flaws
    assert flaw == "The end was cut off: seal 1 was published, seal 0 is the last."


async def test_a_purged_audit_is_sound_and_one_that_was_made_to_look_old_is_not(
    world: World,
) -> None:
    await world.prepare(make.app)
    async with as_(world, "postgres") as connection:
        await connection.execute("select pg_advisory_lock(hashtext('audit'))")  # seals by itself
        async with world.serving(make.app):
            service = world.running["notes"].service
            for number, age in enumerate((OLD, timedelta(), timedelta()), 1):
                async with world.unit("notes") as unit:
                    unit.audit("note.shown")
                await seals.seal(connection)
                await connection.execute(AGED, age, [number])
            await audit.Sealer(service).tell(connection)
            await purge.purge(Call.own(service))
            assert (await verify(world)).flaws == ()
            [row] = [row for row in await rows(world) if row["action"] == "purged"]
            told = row["caller"], row["subject"], row["facts"]
            assert told == ("services/notes", "audit", '{"rows": 1}')

            await connection.execute(AGED, OLD, [2])
            await purge.purge(Call.own(service))
            assert (await verify(world)).flaws == ("Seals 2 to 2 are gone before their time.",)


async def test_heads_are_kept_for_longer_than_what_they_cover(world: World) -> None:
    for years, kept in ((5, 6), (7, 8), (3, 8)):
        await audit.open_stream(world.stream, timedelta(days=years * 366))
        info = await world.stream.stream_info(audit.STREAM)
        assert info.config.max_age == kept * 366 * 24 * 3600
        assert info.config.deny_purge


async def verify(world: World) -> audit.Finding:
    service = world.running["notes"].service
    keep = service.platform.keep_audit
    return await audit.verify("notes", service.database.url, world.site.nats, keep)


async def published(world: World) -> int:
    info = await world.stream.stream_info(audit.STREAM)
    return int(info.state.messages)
