"""The live board: what a browser fetches, and when."""

import asyncio

from services.portal.tests.browser.process import process
from services.portal.tests.browser.province import province
from services.portal.tests.browser.screen import Screen, chromium, screen

from saola.edges.portal.edge import Edge
from saola.edges.portal.hub import reaches
from saola.testing.plugin import World


async def fetched(seen: Screen, ending: str, count: int) -> list[str]:
    """What was fetched, once there is at least so much of it."""
    async with asyncio.timeout(30):
        while len([url for url in seen.fetched if url.endswith(ending)]) < count:
            await seen.page.wait_for_timeout(20)
    return seen.fetched


async def quiet(seen: Screen, address: str) -> None:
    """On the board, with the stream open and the news of the past heard."""
    await seen.page.goto(f"{address}/board")
    await seen.page.wait_for_selector(".live[data-state=fresh]")
    await seen.page.wait_for_timeout(1500)
    seen.fetched.clear()


async def test_an_idle_browser_fetches_nothing_and_a_report_makes_it_fetch_one_fragment(
    world: World,
) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "chair")
        await quiet(seen, site.address)
        await seen.page.wait_for_timeout(30_000)
        assert seen.fetched == []

        hub = Edge.of(world.running["portal"].service).hub
        said = list[str]()
        seen.page.on("request", lambda one: said.append(one.headers.get("saola-heard", "")))
        begun = await site.enter(site.units[2], visits="1", dengue="0")
        await fetched(seen, "/board/cells", 1)
        assert all(reaches(one, f"{hub.era}-1") for one in said)
        await seen.page.wait_for_selector(".cell.draft")
        seen.fetched.clear()

        await site.send(begun)
        await seen.page.wait_for_selector(".cell.in")
        await seen.page.wait_for_timeout(1500)
        assert [url.removeprefix(site.address) for url in seen.fetched] == ["/board/cells"]


async def test_a_burst_is_fetched_once_and_what_comes_late_of_it_once_more(world: World) -> None:
    site = await province(world)
    await world.settle()
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "chair")
        await quiet(seen, site.address)
        hub = Edge.of(world.running["portal"].service).hub
        for _ in range(100):  # more than a listener's queue holds
            hub.tell("submissions", hub.last + 1)
        await fetched(seen, "/board/cells", 1)
        await seen.page.wait_for_timeout(1500)
        looked = [url.removeprefix(site.address) for url in seen.fetched]
        assert 1 <= looked.count("/board/cells") <= 2
        assert set(looked) <= {"/board/cells", "/notices/bell"}  # the bell, if it overflowed


async def test_each_of_two_processes_tells_its_browsers_and_each_fetches_once(world: World) -> None:
    site = await province(world)
    async with (
        process(world) as first,
        process(world) as second,
        chromium() as browser,
        screen(browser) as one,
        screen(browser) as other,
    ):
        for seen, address in ((one, first), (other, second)):
            await seen.sign_in(address, "chair")
            await quiet(seen, address)
        begun = await site.enter(site.units[2], visits="1", dengue="0")
        for seen in (one, other):
            await seen.page.wait_for_selector(".cell.draft")
            await seen.page.wait_for_timeout(1500)
            seen.fetched.clear()
        await site.send(begun)
        for seen, address in ((one, first), (other, second)):
            await seen.page.wait_for_selector(".cell.in")
            await seen.page.wait_for_timeout(1500)
            assert seen.fetched == [f"{address}/board/cells"]


async def test_many_tabs_hold_one_stream_and_all_are_told(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "chair")
        streams = []
        tabs = [await seen.page.context.new_page() for _ in range(4)]
        for tab in tabs:
            tab.on(
                "request",
                lambda request: (
                    streams.append(request.url) if request.resource_type == "eventsource" else None
                ),
            )
            await tab.goto(f"{site.address}/board")
        await seen.page.close()
        await tabs[0].wait_for_selector(".live[data-state=fresh]")
        await site.submit(site.units[2])
        for tab in tabs:
            await tab.wait_for_selector(".cell.in")
        assert len(streams) == 1
