"""What a leader sees: the answer first, then figures, then the way down to who entered them."""

from services.portal.tests.browser.leaders import leading
from services.portal.tests.browser.screen import chromium, screen

from saola.testing.plugin import World


async def test_the_overview_says_the_answer_first_and_draws_the_map_once(world: World) -> None:
    seen_by = await leading(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(seen_by.site.address, "chair")
        await seen.page.goto(seen_by.site.address)
        await seen.shot("leader-overview-first")
        await seen.page.wait_for_selector(".map a path", timeout=60_000)
        assert "Chậm nhất: Giải ngân vốn đầu tư công" in await seen.page.inner_text(".lede")
        assert await seen.page.locator(".figure").count() == 6
        assert await seen.page.locator(".fields tbody tr").count() == 9
        assert await seen.page.locator(".map a").count() == 8
        await seen.shot("leader-overview-vi-1280")


async def test_three_clicks_lead_from_a_figure_to_who_entered_it(world: World) -> None:
    seen_by = await leading(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(seen_by.site.address, "chair")
        await page.goto(seen_by.site.address)
        await page.click("#ranks a[href='/indicators/NS.THU']")
        await page.wait_for_url("**/indicators/NS.THU")
        assert "Theo địa bàn" in await page.inner_text("#parts")
        assert "chưa báo cáo" in await page.inner_text("#parts tbody tr:first-child")
        await seen.shot("leader-indicator-vi-1280")
        await page.click("#parts tbody tr:last-child th a")
        await page.wait_for_url("**/areas/*")
        await seen.shot("leader-area-vi-1280")
        await page.click("[aria-labelledby=h-reports] tbody tr:first-child a")
        await page.wait_for_url("**/submissions/*")
        assert "Thu ngân sách trên địa bàn" in await page.inner_text(".data")
        assert await page.locator(".steps > li").count() >= 2


async def test_figures_are_shown_as_they_were_known_then(world: World) -> None:
    seen_by = await leading(world, communes=0)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(seen_by.site.address, "chair")
        await page.goto(f"{seen_by.site.address}/indicators/NS.DTC")
        assert await page.inner_text(".hero .v") != "– tỷ đồng"
        await page.fill("#as-of", "2026-11-20T11:00")
        await page.click("form[action='/indicators/NS.DTC'] button")
        await page.wait_for_selector(".note.watch")
        assert "11:00, 20/11/2026" in await page.inner_text(".note.watch")
        assert (await page.inner_text(".hero .v")).startswith("–")
