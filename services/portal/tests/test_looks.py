"""One look for all who are told of the same news and may see the same."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from uuid import uuid4

import pytest

from saola.edges.portal.hub import Hub
from saola.edges.portal.looks import LASTS, Looks, eyes
from saola.kit.access import Caller
from saola.kit.errors import PermissionDenied

ERA = 1_764_000_000_000_000


@dataclass
class Service:
    """It answers how often it was asked, once it may."""

    asked: int = 0
    may: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self) -> int:
        self.asked += 1
        mine = self.asked
        await self.may.wait()
        return mine


class Told:
    """A hub that has heard of ten events, and a clock."""

    def __init__(self) -> None:
        self.hub, self.now = Hub(), 0.0
        self.hub.begin(10, ERA)
        self.looks = Looks(self.hub, lambda: self.now)

    def news(self) -> str:
        self.hub.tell("submissions", self.hub.last + 1)
        return self.hub.place


async def begun(*asking: Awaitable[int]) -> list[asyncio.Future[int]]:
    tasks = [asyncio.ensure_future(one) for one in asking]
    await asyncio.sleep(0)
    return tasks


async def test_a_hundred_who_are_told_of_the_same_share_one_look() -> None:
    told, service = Told(), Service()
    heard = told.news()
    asking = [told.looks.ask("board", heard, service.answer) for _ in range(100)]
    tasks = await begun(*asking)
    service.may.set()
    assert set(await asyncio.gather(*tasks)) == {1}
    assert await told.looks.ask("board", heard, service.answer) == 1  # a little later


async def test_what_was_looked_at_before_the_news_is_shown_to_nobody_who_heard_it() -> None:
    told, service = Told(), Service()
    before = told.news()
    first = await begun(told.looks.ask("board", before, service.answer))
    second = await begun(told.looks.ask("board", told.news(), service.answer))  # while it is looked
    service.may.set()
    assert await asyncio.gather(*first, *second) == [1, 2]
    assert await told.looks.ask("board", before, service.answer) == 2  # newer than it asks for


async def test_who_opens_a_page_looks_for_themselves() -> None:
    told, service = Told(), Service()
    service.may.set()
    heard = told.news()
    assert await told.looks.ask("board", heard, service.answer) == 1
    assert await told.looks.ask("board", "", service.answer) == 2


@pytest.mark.parametrize(
    "heard", [f"{ERA}-12", f"{ERA + 1}-3", "nonsense", "-", f"{ERA}-{'9' * 5000}", f"{ERA}-²"]
)
async def test_what_was_not_told_here_is_looked_for(heard: str) -> None:
    told, service = Told(), Service()
    service.may.set()
    assert await told.looks.ask("board", told.news(), service.answer) == 1
    assert await told.looks.ask("board", heard, service.answer) == 2


async def test_a_look_lasts_no_longer_than_its_second() -> None:
    told, service = Told(), Service()
    service.may.set()
    heard = told.news()
    assert await told.looks.ask("board", heard, service.answer) == 1
    told.now += LASTS
    assert await told.looks.ask("board", heard, service.answer) == 2


async def test_after_a_gap_nothing_that_was_looked_at_before_is_shown() -> None:
    told, service = Told(), Service()
    service.may.set()
    heard = told.news()
    assert await told.looks.ask("board", heard, service.answer) == 1
    told.looks.forget()
    assert await told.looks.ask("board", heard, service.answer) == 2


async def test_a_refusal_is_of_the_one_who_looked() -> None:
    told, service = Told(), Service()
    heard, refused = told.news(), asyncio.Event()

    async def refusal() -> int:
        await refused.wait()
        raise PermissionDenied

    tasks = await begun(
        told.looks.ask("board", heard, refusal), told.looks.ask("board", heard, service.answer)
    )
    service.may.set()
    refused.set()
    first, second = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(first, PermissionDenied)
    assert second == 1


async def test_who_hangs_up_takes_nothing_from_the_others() -> None:
    told, service = Told(), Service()
    heard = told.news()
    asking = [told.looks.ask("board", heard, service.answer) for _ in range(3)]
    gone, *waiting = await begun(*asking)
    gone.cancel()
    service.may.set()
    assert all(await asyncio.gather(*waiting))


A, B = uuid4(), uuid4()
SAME = Caller("one", frozenset({"leader"}), (A,))


@pytest.mark.parametrize(
    ("other", "language"),
    [
        (Caller("two", frozenset({"leader", "reporter"}), (A,)), "vi"),
        (Caller("two", frozenset({"leader"}), (B,)), "vi"),
        (Caller("two", frozenset({"leader"}), (A, B)), "vi"),
        (Caller("two", frozenset({"leader"}), ()), "vi"),
        (Caller("two", frozenset({"leader"}), (A,), ((A, "officials/three"),)), "vi"),
        (Caller("two", frozenset({"leader"}), (A,)), "en"),
    ],
)
def test_who_holds_something_else_or_reads_another_language_has_other_eyes(
    other: Caller, language: str
) -> None:
    assert eyes(SAME, "vi") != eyes(other, language)


def test_colleagues_have_the_same_eyes() -> None:
    assert eyes(SAME, "vi") == eyes(replace(SAME, id="two", token="another"), "vi")
