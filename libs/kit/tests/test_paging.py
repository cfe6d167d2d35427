"""Pages show every row once, and a token holds for the list that gave it."""

import base64
import string
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Integer, column, func, select, type_coerce

from saola.kit.errors import InvalidPageToken
from saola.kit.paging import keyset, read_token, token_of
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


KEY = (UUID(int=7), "a", 5, date(2026, 11, 27), datetime(2026, 11, 27, 17, tzinfo=UTC))
KINDS = (UUID, str, int, date, datetime)


def test_a_token_says_what_it_was_made_of() -> None:
    assert read_token(token_of(*KEY), *KINDS) == KEY
    assert set(token_of(*KEY)) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (int, "5"),
        (int, True),
        (int, 1.5),
        (int, 2**63),
        (int, None),
        (str, 5),
        (str, "a\0b"),
        (str, ["a"]),
        (UUID, "x"),
        (UUID, 5),
        (date, "2026-11-31"),
        (date, "2026-11-27T17:00:00+00:00"),
        (date, 20261127),
        (datetime, "2026-11-27T17:00:00"),
        (datetime, "later"),
    ],
)
def test_what_no_row_can_have_said_is_refused(kind: type, value: object) -> None:
    with pytest.raises(InvalidPageToken):
        read_token(token_of(value), kind)


def test_a_token_of_another_length_or_of_nothing_is_refused() -> None:
    for token in (token_of(), token_of(5, 5), "x", "đ", token_of(5)[:-1] + "!"):
        with pytest.raises(InvalidPageToken):
            read_token(token, int)


@pytest.mark.parametrize("down", [False, True])
async def test_any_query_is_paged_by_its_key(world: World, *, down: bool) -> None:
    await make.run(world)
    series = func.generate_series(1, 10).table_valued(column("n", Integer)).render_derived()
    fours = type_coerce(series.c.n // 4, Integer).label("fours")
    table = select(fours, series.c.n).subquery().c
    every = sorted(((n // 4, n) for n in range(1, 11)), reverse=down)
    seen, token = list[tuple[int, int]](), ""
    while token or not seen:
        async with world.unit("notes") as unit:
            query = select(table.fours, table.n).where(table.n > 0)
            rows, token = await keyset(unit, query, token, table.fours, table.n, size=3, down=down)
        assert 0 < len(rows) <= 3
        seen += [(found.fours, found.n) for found in rows]
    assert seen == every


@pytest.mark.parametrize(("kind", "held"), [(Integer(), False), (BigInteger(), True)])
async def test_a_number_that_the_column_cannot_hold_is_refused(
    world: World, kind: Integer, *, held: bool
) -> None:
    await make.run(world)
    series = func.generate_series(1, 3).table_valued(column("n", kind)).render_derived().c
    async with world.unit("notes") as unit:
        asked = keyset(unit, select(series.n), token_of(2**40), series.n, size=1)
        if held:
            assert await asked == ([], "")
        else:
            with pytest.raises(InvalidPageToken):
                await asked
