"""Pages show every row once, and a token holds for the list that gave it."""

import base64

import pytest

from saola.testing.plugin import World, refused

from . import make
from .make import pb


async def names(asks: object, **asked: object) -> list[str]:
    """What all pages of two show."""
    seen, token = list[str](), ""
    while token or not seen:
        page = await asks.ListNotes(pb.ListNotesRequest(page_size=2, page_token=token, **asked))
        assert 0 < len(page.notes) <= 2
        seen, token = seen + [note.text for note in page.notes], page.next_page_token
    return seen


async def test_pages_show_every_note_once_while_notes_arrive(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    for text in "abcde":
        await mai.WriteNote(make.writing(text))
    first = await mai.ListNotes(pb.ListNotesRequest(page_size=3))
    await mai.WriteNote(make.writing("f"))
    asked = pb.ListNotesRequest(page_size=3, page_token=first.next_page_token)
    rest = await mai.ListNotes(asked)

    shown = {note.text for note in [*first.notes, *rest.notes]}
    assert shown - {"f"} == set("abcde")
    assert len(first.notes) == 3


async def test_a_list_may_have_another_order(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    for text in ("d", "a", "c", "a", "b"):
        await mai.WriteNote(make.writing(text))
    assert await names(mai, by_text=True) == ["a", "a", "b", "c", "d"]


async def test_the_last_page_has_no_token_even_if_it_is_full(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    for text in "ab":
        await mai.WriteNote(make.writing(text))
    assert not (await mai.ListNotes(pb.ListNotesRequest(page_size=2))).next_page_token


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "đ",
        "====",
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(b'["x", "2026-01-01", "y"]').decode(),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
    ],
)
async def test_an_unknown_token_is_refused(world: World, token: str) -> None:
    await make.run(world)
    with refused("INVALID_PAGE_TOKEN", field="page_token"):
        await make.reporter(world).ListNotes(pb.ListNotesRequest(page_token=token))


async def test_a_token_of_another_list_is_refused(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    for _ in range(3):
        await mai.WriteNote(make.writing("a"))
    given = await mai.ListNotes(pb.ListNotesRequest(page_size=2, text="a"))
    for other in ({"text": "b"}, {"by_text": True}, {}):
        with refused("INVALID_PAGE_TOKEN"):
            asked = pb.ListNotesRequest(page_token=given.next_page_token, **other)
            await mai.ListNotes(asked)


async def test_a_negative_size_is_refused_and_a_large_one_is_made_smaller(world: World) -> None:
    await make.run(world)
    mai = make.reporter(world)
    with refused("INVALID_FIELD", field="page_size"):
        await mai.ListNotes(pb.ListNotesRequest(page_size=-1))
    await mai.WriteNote(make.writing())
    assert len((await mai.ListNotes(pb.ListNotesRequest(page_size=2**31 - 1))).notes) == 1
