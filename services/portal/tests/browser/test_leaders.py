"""What a leader sees: the answer first, then figures, then the way down to who entered them."""

from pathlib import Path

from services.portal.tests.browser.leaders import leading
from services.portal.tests.browser.screen import SHOTS, chromium, screen

from saola.testing.plugin import World

DRAWN = """text => {
  const read = new DOMParser().parseFromString(text, "image/svg+xml");
  return {
    areas: read.querySelectorAll("path").length,
    texts: [...read.querySelectorAll("text")].map((one) => one.textContent),
  };
}"""


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


async def test_the_map_and_the_figures_of_the_overview_are_saved_as_files(world: World) -> None:
    seen_by = await leading(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(seen_by.site.address, "chair")
        await page.goto(seen_by.site.address)
        await page.wait_for_selector(".map a path", timeout=60_000)
        kept = {}
        for link in ("/map.svg", "/parts.csv", "/exports/overview.csv"):
            async with page.expect_download() as waiting:
                await page.click(f"#overview .files a[href*='{link}']")
            kept[link] = Path(await (await waiting.value).path()).read_text(encoding="utf-8-sig")
        drawn = await page.evaluate(DRAWN, kept["/map.svg"])
        assert drawn["areas"] == 8
        assert drawn["texts"][0] == "Thu ngân sách trên địa bàn – Tháng 10/2026"
        assert "chưa báo cáo" in drawn["texts"]
        assert len(kept["/parts.csv"].splitlines()) == 9
        lines = kept["/exports/overview.csv"].splitlines()
        assert lines[0].startswith("Lĩnh vực,Mã,")
        assert any(line.startswith("Ngân sách,NS.THU,") for line in lines)
        (SHOTS / "map.svg").write_text(kept["/map.svg"], encoding="utf-8")
