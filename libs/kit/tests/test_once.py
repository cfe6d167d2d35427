"""A request is answered once, whoever repeats it and whenever."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
import structlog

from saola.testing.plugin import World, refused

from . import make
from .make import pb


async def count(world: World) -> int:
    return int(await world.sql("notes", "select count(*) from notes", role="postgres"))


async def events(world: World) -> int:
    await world.settle()
    return len(await world.told())


async def test_a_repeat_gets_the_first_answer(world: World) -> None:
    await make.run(world)
    mai, writing = make.reporter(world), make.writing(request_id="1")
    assert await mai.WriteNote(writing) == await mai.WriteNote(writing)
    assert (await count(world), await events(world)) == (1, 1)


async def test_a_repeat_gets_the_first_answer_where_it_could_not_be_done_twice(
    world: World,
) -> None:
    await make.run(world)
    mai, writing = make.reporter(world), make.writing(request_id="1", code="K1")
    written = await mai.WriteNote(writing)
    change = pb.ChangeNoteRequest(name=written.name, text="x", etag=written.etag, request_id="2")
    assert await mai.WriteNote(writing) == written
    assert await mai.ChangeNote(change) == await mai.ChangeNote(change)


@pytest.mark.parametrize("code", ["", "K1"])
async def test_fifty_that_come_at_once_get_one_answer(world: World, code: str) -> None:
    await make.run(world)
    mai, writing = make.reporter(world), make.writing(request_id="1", code=code)
    answers = await asyncio.gather(*(mai.WriteNote(writing) for _ in range(50)))
    assert len({answer.name for answer in answers}) == 1
    assert (await count(world), await events(world)) == (1, 1)


async def test_an_id_is_not_used_for_two_requests(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    await mai.WriteNote(make.writing("Ổ gà", request_id="1"))
    with refused("REQUEST_ID_REUSED"):
        await mai.WriteNote(make.writing("Cây đổ", request_id="1"))
    assert await count(world) == 1


async def test_the_ids_of_callers_and_of_rpcs_are_their_own(world: World) -> None:
    await make.run(world)
    people = (make.ask(world.person(name, "reporter", of=make.ROADS)) for name in ("mai", "lan"))
    mai, lan = people
    writing = make.writing(request_id="1")
    written = await mai.WriteNote(writing)
    assert (await lan.WriteNote(writing)).name != written.name
    change = pb.ChangeNoteRequest(name=written.name, text="x", etag=written.etag, request_id="1")
    assert (await mai.ChangeNote(change)).text == "x"


async def test_a_refused_request_may_be_sent_again(world: World) -> None:
    await make.run(world)
    mai, writing = make.reporter(world), make.writing(of=make.PARKS, request_id="1")
    for _ in range(2):
        with refused("PERMISSION_DENIED"):
            await mai.WriteNote(writing)
    await mai.WriteNote(make.writing(request_id="1"))


async def test_a_batch_of_a_stream_is_kept_once_however_often_the_stream_is_sent(
    world: World,
) -> None:
    await make.run(world)

    async def batches() -> AsyncIterator[pb.ImportNotesRequest]:
        for number in "12":
            texts, agency = [number] * 3, f"agencies/{make.ROADS}"
            yield pb.ImportNotesRequest(agency=agency, texts=texts, request_id=number)

    for _ in range(2):
        assert (await make.reporter(world).ImportNotes(batches())).imported == 6
    assert await count(world) == 6


async def test_of_two_updates_at_once_one_is_refused(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    written = await mai.WriteNote(make.writing())
    asked = pb.ChangeNoteRequest(name=written.name, text="x", etag=written.etag)

    answers = await asyncio.gather(
        *(mai.ChangeNote(asked) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Note", "Refused"]
    assert [getattr(answer, "reason", "STALE_WRITE") for answer in answers] == ["STALE_WRITE"] * 2


async def test_what_is_there_already_is_named(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    await mai.WriteNote(make.writing(code="K1"))
    with refused("ALREADY_EXISTS", field="code"):
        await mai.WriteNote(make.writing(code="K1"))
    assert await count(world) == 1


async def test_an_unexpected_error_is_logged_once_and_not_told(world: World) -> None:
    await make.run(world)
    await world.sql("notes", "drop table notes", role="notes_owner")
    with structlog.testing.capture_logs() as logs, pytest.raises(grpc.aio.AioRpcError) as failed:
        await make.reporter(world).WriteNote(make.writing())

    assert (failed.value.code(), failed.value.details()) == (grpc.StatusCode.INTERNAL, "")
    assert [len(line["trace"]) for line in logs if line["event"] == "unexpected"] == [32]
