"""Many who ask the same at once: one look, never an old answer, and nobody suffers for another."""

import asyncio

import pytest

from saola.kit.together import Together


class Looked:
    """Something to look for: it waits until it may go on."""

    def __init__(self) -> None:
        self.times, self.gate = 0, asyncio.Event()

    async def __call__(self) -> int:
        self.times += 1
        mine = self.times
        await self.gate.wait()
        return mine


async def begun(looked: Looked, times: int) -> None:
    while looked.times < times:
        await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_hundred_at_once_are_two_looks_and_nobody_hears_what_was_before() -> None:
    together, looked = Together(), Looked()
    first = asyncio.ensure_future(together.ask("board", looked))
    await begun(looked, 1)
    others = [asyncio.ensure_future(together.ask("board", looked)) for _ in range(100)]
    await asyncio.sleep(0)
    looked.gate.set()
    assert await first == 1
    assert set(await asyncio.gather(*others)) == {2}
    assert looked.times == 2
    assert await together.ask("board", looked) == 3


async def test_who_asks_otherwise_does_not_wait() -> None:
    together, slow, quick = Together(), Looked(), Looked()
    waiting = asyncio.ensure_future(together.ask("one", slow))
    await begun(slow, 1)
    quick.gate.set()
    assert await together.ask("other", quick) == 1
    slow.gate.set()
    assert await waiting == 1


@pytest.mark.parametrize("broken", [0, 1], ids=["while it looks", "before it looks"])
async def test_one_who_gives_up_takes_nobody_along(broken: int) -> None:
    together, looked = Together(), Looked()
    asking = [asyncio.ensure_future(together.ask("board", looked)) for _ in range(3)]
    await begun(looked, 1)
    asking += [asyncio.ensure_future(together.ask("board", looked)) for _ in range(3)]
    await asyncio.sleep(0)
    asking[0 if broken == 0 else 1].cancel()
    await asyncio.sleep(0)
    looked.gate.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert sum(isinstance(one, asyncio.CancelledError) for one in answers) == 1
    assert sum(isinstance(one, int) for one in answers) == 5


async def test_what_fails_for_one_is_asked_again_by_the_others() -> None:
    together, times = Together(), 0

    async def look() -> int:
        nonlocal times
        times += 1
        if times == 2:
            raise ConnectionError
        await asyncio.sleep(0)
        return times

    asking = [asyncio.ensure_future(together.ask("board", look)) for _ in range(5)]
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in answers].count(ConnectionError) == 1
    assert sum(isinstance(one, int) for one in answers) == 4
