"""What a leader takes to a meeting: screens by the arrow keys, paper, files, views of one's own."""

import csv
import io
import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from services.portal.tests.browser.leaders import leading
from services.portal.tests.browser.screen import Screen, chromium, screen

from saola.testing.plugin import World


async def saved(seen: Screen, link: str) -> bytes:
    async with seen.page.expect_download() as waiting:
        await seen.page.click(link)
    return Path(await (await waiting.value).path()).read_bytes()


async def test_the_arrow_keys_go_through_the_fields_in_large_type(world: World) -> None:
    found = await leading(world, communes=0, months=3)
    async with chromium() as browser, screen(browser, 3840) as seen:
        page = seen.page
        await seen.sign_in(found.site.address, "chair")
        await page.goto(f"{found.site.address}/present")
        assert await seen.flaws() == []
        await seen.shot("present-vi-3840")
        await page.keyboard.press("ArrowRight")
        await page.wait_for_selector("[data-scene='1']:not([hidden]) h1:has-text('Kinh tế')")
        size = await page.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.headline .v')).fontSize)"
        )
        assert size > 150
        seen.errors.clear()
        assert await seen.flaws() == []
        await seen.shot("present-field-vi-3840")
        await page.keyboard.press("End")
        await page.wait_for_selector("[data-scene='9']:not([hidden])")
        await page.reload()  # stays where it was
        await page.wait_for_selector("[data-scene='9']:not([hidden])")
        await page.keyboard.press("Home")
        await page.keyboard.press("ArrowLeft")
        await page.wait_for_selector("[data-scene='0']:not([hidden])")


async def test_the_overview_fits_on_one_sheet_of_paper(world: World) -> None:
    found = await leading(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(found.site.address, "chair")
        await seen.page.goto(found.site.address)
        await seen.page.wait_for_selector(".map a")
        paper = await seen.page.pdf(prefer_css_page_size=True, print_background=False)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
        [box] = set(re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", paper))
        assert [round(float(side)) for side in box.split()] == [0, 0, 842, 595]
        await seen.page.emulate_media(media="print")
        await seen.shot("paper-overview")


async def test_what_a_page_shows_is_saved_as_a_file(world: World) -> None:
    found = await leading(world, communes=3, months=3)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(found.site.address, "chair")
        await seen.page.goto(f"{found.site.address}/indicators/NS.THU")
        text = await saved(seen, "#parts a:text('CSV')")
        head, *rows = csv.reader(io.StringIO(text.decode("utf-8-sig")))
        assert head[:4] == ["Hạng", "Mã", "Tên", "Giá trị"]
        assert sorted(row[3] for row in rows) == sorted(["90", "133", "126"])

        book = load_workbook(BytesIO(await saved(seen, "#parts a:text('XLSX')")))
        cells = [row[3] for row in book.active.iter_rows(min_row=4, values_only=True)]
        assert sorted(cells) == [90, 126, 133]  # numbers, and no texts

        drawn = await saved(seen, "a:text('SVG')")
        assert drawn.startswith(b"<svg xmlns=")
        await seen.page.goto(f"{found.site.address}/fields/budget")
        text = await saved(seen, "a:text('CSV')")
        assert {row[0] for row in csv.reader(io.StringIO(text.decode()))} >= {"NS.THU", "NS.DTC"}


@pytest.mark.parametrize("script", [True, False])
async def test_a_view_is_saved_with_a_name_found_again_and_deleted(
    world: World, script: object
) -> None:
    found = await leading(world, communes=0, months=2)
    async with chromium() as browser, screen(browser, script=bool(script)) as seen:
        page = seen.page
        await seen.sign_in(found.site.address, "chair")
        await page.goto(f"{found.site.address}/indicators/NS.DTC?period=2026-09")
        await page.click("a:text('Lưu góc nhìn này')")
        await page.fill("#name", "Đầu tư công tháng 9")
        await page.click("button:text('Lưu')")
        await page.wait_for_url("**/views")
        assert await seen.flaws() == [] if script else True
        await page.click("a:text('Đầu tư công tháng 9')")
        await page.wait_for_url("**/indicators/NS.DTC?period=2026-09")
        await page.goto(f"{found.site.address}/views")
        await page.click("[aria-label='Xóa Đầu tư công tháng 9']")
        # Others of hers may be there: what tests save stays with the broker that they share.
        await page.wait_for_selector("a:text('Đầu tư công tháng 9')", state="detached")


async def test_views_are_ones_own_and_lead_nowhere_else(world: World) -> None:
    found = await leading(world, communes=0, months=1)
    async with chromium() as browser:
        async with screen(browser) as seen:
            await seen.sign_in(found.site.address, "chair")
            await seen.page.goto(f"{found.site.address}/views?path=/board")
            await seen.page.fill("#name", "Bảng")
            await seen.page.click("button:text('Lưu')")
            await seen.page.wait_for_selector(".kept a")
            await seen.page.goto(f"{found.site.address}/views?path=//example.org/")
            assert await seen.page.locator("#name").count() == 0
        async with screen(browser) as seen:
            await seen.sign_in(found.site.address, "lan")
            await seen.page.goto(f"{found.site.address}/views")
            await seen.page.wait_for_selector(".empty")
