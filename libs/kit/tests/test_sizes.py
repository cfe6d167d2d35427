"""A message that is too large is refused with a reason, and the next one is served."""

from collections.abc import AsyncIterator

import grpc
import pytest

from saola.kit.rpc import LARGEST
from saola.kit.server import HARD
from saola.kit.status import Refused
from saola.testing.plugin import World, refused

from . import make
from .make import pb

SAID = {
    "vi": f"Yêu cầu lớn hơn mức cho phép ({LARGEST} byte). Hãy gửi thành nhiều phần.",
    "en": f"The request is larger than {LARGEST} bytes. Send it in parts.",
}


async def count(world: World) -> int:
    return len((await make.reporter(world).ListNotes(pb.ListNotesRequest())).notes)


def as_large_as(size: int) -> "pb.WriteNoteRequest":
    without = make.writing("").ByteSize() + 10  # the lengths of what grows take more bytes
    return make.writing("x" * (size - without))


@pytest.mark.parametrize("language", SAID)
async def test_a_large_request_is_refused_in_both_languages(world: World, language: str) -> None:
    await make.run(world)
    mai = make.reporter(world, language=language)
    with pytest.raises(Refused) as no:
        await mai.WriteNote(as_large_as(LARGEST + 100))
    assert no.value.reason == "REQUEST_TOO_LARGE"
    assert no.value.facts == {"most": str(LARGEST)}
    assert no.value.text(language) == SAID[language]
    assert await count(world) == 0


async def test_just_below_the_limit_it_is_taken(world: World) -> None:
    """Imported: the event of a note that long would be too large for the broker."""
    await make.run(world)
    text = "x" * (LARGEST - 1000)

    async def batches() -> AsyncIterator[pb.ImportNotesRequest]:
        yield pb.ImportNotesRequest(agency=f"agencies/{make.ROADS}", texts=[text])

    await make.reporter(world).ImportNotes(batches())
    [note] = (await make.reporter(world).ListNotes(pb.ListNotesRequest())).notes
    assert note.text == text


async def test_a_large_message_in_a_stream_is_refused_and_what_came_before_stays(
    world: World,
) -> None:
    await make.run(world)
    agency = f"agencies/{make.ROADS}"

    async def batches() -> AsyncIterator[pb.ImportNotesRequest]:
        yield pb.ImportNotesRequest(agency=agency, texts=["a"], request_id="1")
        yield pb.ImportNotesRequest(agency=agency, texts=["x" * LARGEST], request_id="2")

    with refused("REQUEST_TOO_LARGE", most=str(LARGEST)):
        await make.reporter(world).ImportNotes(batches())
    assert await count(world) == 1


async def test_who_may_not_is_told_that_and_not_how_much_may_be_sent(world: World) -> None:
    await make.run(world)
    with refused("PERMISSION_DENIED"):
        await make.ask(world.person("lan", "steward", of=make.ROADS)).WriteNote(
            as_large_as(LARGEST + 100)
        )


async def test_what_is_larger_than_any_message_is_not_taken_in(world: World) -> None:
    await make.run(world)
    with pytest.raises(grpc.aio.AioRpcError) as no:
        await make.reporter(world).WriteNote(as_large_as(HARD + 100))
    assert no.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert await count(world) == 0
