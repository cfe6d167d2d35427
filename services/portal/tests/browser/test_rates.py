"""Completeness and timeliness in the browser: by unit, form, field, period, now and as of then."""

from datetime import timedelta
from pathlib import Path

import pytest
from services.portal.tests.browser.province import Province, province
from services.portal.tests.browser.screen import Screen, chromium, screen

from saola.testing.plugin import World


async def busy(world: World) -> Province:
    """Two of four have sent in time; the others are late a day later."""
    site = await province(world, 4)
    for unit in site.units[:2]:
        await site.submit(unit)
    await world.settle()
    world.now += timedelta(days=1)
    return site


async def saved(seen: Screen, link: str) -> list[str]:
    async with seen.page.expect_download() as waiting:
        await seen.page.click(link)
    file = Path(await (await waiting.value).path())
    return file.read_bytes().decode("utf-8-sig").splitlines()


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1280, "vi", "light"), (390, "en", "dark"), (3840, "vi", "dark")],
)
async def test_rates_keep_nobody_out(world: World, width: int, language: str, theme: str) -> None:
    site = await busy(world)
    found = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        await seen.sign_in(site.address, "chair")
        await seen.page.goto(f"{site.address}/account/set/theme/{theme}?back=/account")
        for group in ("agency", "form", "field", "period"):
            await seen.page.goto(f"{site.address}/rates?group={group}")
            await seen.page.wait_for_selector(".data")
            found[group] = await seen.flaws()
            await seen.shot(f"rates-{group}-{language}-{width}")
    assert {name: flaws for name, flaws in found.items() if flaws} == {}


async def test_rates_are_sorted_narrowed_and_told_as_of_a_moment_by_keyboard(world: World) -> None:
    site = await busy(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair", "/board")
        await page.locator("a[href='/rates']").press("Enter")
        await page.wait_for_url("**/rates")
        tiles = await page.inner_text(".figures")
        assert "báo cáo" in tiles
        await page.locator("thead a:has-text('Quá hạn')").press("Enter")
        await page.wait_for_url("**sort=-overdue")
        first = await page.inner_text(".data tbody tr:first-child")
        last = await page.inner_text(".data tbody tr:last-child")
        assert first.split("\t")[-2] > last.split("\t")[-2]
        await page.locator(".data tbody tr:first-child th a").press("Enter")
        await page.wait_for_url("**agency=agencies**")
        assert await page.locator(".data tbody tr").count() == 1  # its one form
        await page.locator("main p.inline a").press("Enter")
        await page.wait_for_url("**/rates?group=form")

        await page.fill("#first", "20/11/2026")
        await page.fill("#last", "20/11/2026")
        await page.fill("#as-of", "2026-11-20T12:30")
        await page.press("#last", "Enter")
        await page.wait_for_selector(".note.watch")
        assert "2/4" in await page.inner_text(".data tbody")
        assert await page.locator(".data .st.bad").count() == 0  # at noon none was overdue yet
        await page.fill("#first", "hôm qua")
        await page.press("#first", "Enter")
        await page.wait_for_selector("text=first")


async def test_rates_the_board_and_the_list_of_reports_are_saved_as_files(world: World) -> None:
    site = await busy(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "lan")
        await page.goto(f"{site.address}/rates?first=20/11/2026&last=20/11/2026")
        lines = await saved(seen, ".files a[href*='rates.csv']")
        assert lines[-1].startswith("Tổng số,,1,1,1,0,0,100")  # a reporter sees the own unit
        await page.goto(f"{site.address}/board")
        lines = await saved(seen, ".files a[href*='board.csv']")
        assert len(lines) == 2
        await page.goto(f"{site.address}/reports?show=open")
        shown = await page.locator(".data tbody tr").count()
        lines = await saved(seen, ".files a[href*='reports.csv']")
        assert len(lines) >= shown + 1
        await page.goto(f"{site.address}/board/{site.unit}")
        lines = await saved(seen, f".files a[href='/exports/board/{site.unit}.csv']")
        assert len(lines) == 2
        await page.goto(f"{site.address}/indicators")
        lines = await saved(seen, ".files a[href*='dictionary.csv']")
        assert lines[1].startswith("HEALTH.VISITS,")
        for kind in ("board", "reports", "rates"):
            answer = await page.request.get(f"{site.address}/exports/{kind}.xlsx")
            assert (await answer.body()).startswith(b"PK")
