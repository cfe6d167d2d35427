"""The stream of live events: who is told of what, as people sign in and their positions change."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest
from services.portal.tests.browser.province import Province, province

from saola.testing.plugin import World

from .realm import browser, sign_in

PATIENCE = 30


@pytest.fixture(autouse=True)
def quick_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAOLA_PORTAL_BEAT", "0.05")


@pytest.fixture
async def site(world: World) -> AsyncIterator[Province]:
    realm = world.site.issuer.realm
    yield await province(world)
    realm.life = 300


class Stream:
    """What a browser with a page open is told."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client, self.said = client, list[str]()

    async def listen(self) -> None:
        async with self.client.stream("GET", "/live") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    self.said.append(line[7:])

    async def hears(self, kind: str, count: int) -> None:
        """So much of that kind in all."""
        async with asyncio.timeout(PATIENCE):
            while self.said.count(kind) < count:
                await asyncio.sleep(0.01)

    async def beats(self) -> None:
        """Twice from now on: what was to be told before is told."""
        await self.hears("beat", self.said.count("beat") + 2)


@asynccontextmanager
async def opened(site: Province, user: str) -> AsyncIterator[Stream]:
    """A stream of somebody who has signed in, once all that happened before has been told."""
    await site.news()
    async with browser(site.address) as client:
        people = site.world.site.issuer.realm.people
        await sign_in(site.world, client, user, **people[user])
        stream = Stream(client)
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(stream.listen())
            await stream.beats()
            yield stream
            listening.cancel()


async def report(site: Province, unit: UUID) -> None:
    """A report is entered and submitted, and the portal has heard of it."""
    await site.submit(unit)
    await site.news()


async def test_a_report_is_told_to_whom_it_concerns_and_to_nobody_else(site: Province) -> None:
    async with opened(site, "lan") as lan, opened(site, "chair") as chair:
        await report(site, site.units[3])
        await chair.hears("changed", 2)
        await lan.beats()
        assert set(lan.said) == {"beat"}
        await report(site, site.unit)
        await lan.hears("changed", 2)
        await chair.hears("changed", 4)


async def test_who_gets_another_position_looks_again_and_is_told_of_it(site: Province) -> None:
    realm = site.world.site.issuer.realm
    realm.life = 20  # so near its end that the next page renews it
    async with opened(site, "lan") as lan:
        realm.people["lan"]["positions"] = [f"{site.units[3]}|official"]
        realm.life = 300
        await lan.client.get("/account")
        await lan.hears("resync", 1)
        await report(site, site.unit)
        await report(site, site.units[3])
        await lan.hears("changed", 2)
        await lan.beats()
        assert (lan.said.count("changed"), lan.said.count("resync")) == (2, 1)


async def test_whose_token_has_ended_looks_again_once_something_has_happened(
    site: Province,
) -> None:
    site.world.site.issuer.realm.life = 0
    async with opened(site, "lan") as lan:
        await lan.beats()
        assert set(lan.said) == {"beat"}
        await report(site, site.units[3])
        await lan.hears("resync", 1)
        assert "changed" not in lan.said
