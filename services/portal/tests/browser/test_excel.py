"""A report by Excel or CSV, through the pages: download, fill, upload, the wrong cells back."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.async_api import FilePayload
from services.portal.tests.browser.province import province
from services.portal.tests.browser.screen import Screen, chromium, screen

from saola.testing.plugin import World

pytestmark = pytest.mark.usefixtures("objects")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def filled(file: bytes, **lines: str) -> bytes:
    """The workbook with what an official types beside the codes of some lines."""
    book = load_workbook(BytesIO(file))
    for code, _, _, value, *_ in book.worksheets[0].iter_rows():
        if code.value in lines:
            value.value = lines[code.value]
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


async def download(seen: Screen, link: str) -> bytes:
    async with seen.page.expect_download() as waiting:
        await seen.page.click(link)
    return Path(await (await waiting.value).path()).read_bytes()


async def upload(
    seen: Screen, data: bytes, name: str = "Báo cáo ngày.xlsx", kind: str = XLSX
) -> None:
    file: FilePayload = {"name": name, "mimeType": kind, "buffer": data}
    await seen.page.set_input_files("#workbook", [file])
    await seen.page.click("button:has-text('Tải lên')")
    await seen.page.wait_for_url("**/reports/operations/*")
    await seen.page.wait_for_selector(".note")


async def test_a_wrong_cell_comes_back_marked_and_the_rest_is_kept(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "lan")
        await seen.page.goto(site.entry)
        drawn = await download(seen, "a[href$='/template']")
        await upload(seen, filled(drawn, visits="nhiều", beds="92,4", dengue="6"))

        assert "1 ô không được nhận" in await seen.page.inner_text(".note")
        assert "nhiều" in await seen.page.inner_text(".data")
        assert await seen.flaws() == []
        await seen.shot("workbook-vi-1280")
        marked = load_workbook(BytesIO(await download(seen, "a[href*='/reports/files/']")))
        comments = [cell.comment for row in marked.active.iter_rows() for cell in row]
        assert any(comment and "nhiều" in comment.text for comment in comments)

        await seen.page.click("a[href^='/submissions/']")
        await seen.page.wait_for_url("**/submissions/*")
        assert "92,4" in await seen.page.inner_text(".data")


async def test_a_workbook_without_errors_is_submitted_at_once(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "lan")
        await seen.page.goto(site.entry)
        drawn = await download(seen, "a[href$='/template']")
        await seen.page.check("input[name=submit]")
        await upload(seen, filled(drawn, visits="3182", dengue="6"))
        assert "Báo cáo đã được gửi" in await seen.page.inner_text(".note")


async def test_what_is_no_workbook_is_refused_with_a_sentence(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "lan")
        await seen.page.goto(site.entry)
        await upload(seen, b"no workbook")
        said = await seen.page.locator(".note.bad p").first.inner_text()
        assert said == "Tệp không phải là bảng tính xlsx tải từ hệ thống."


async def test_the_same_by_csv_and_each_error_is_told_by_its_row_and_column(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "lan")
        await seen.page.goto(site.entry)
        assert await seen.flaws() == []
        drawn = (await download(seen, "a[href$='/table']")).decode()
        rows = [line.split(";") for line in drawn.splitlines()]
        wanted = {"visits": "nhiều", "beds": "92,4", "dengue": "6"}
        for row in rows[1:]:
            row[4] = wanted.get(row[1], row[4])
        text = "\r\n".join(map(";".join, rows))
        await upload(seen, text.encode(), "Báo cáo ngày.csv", "text/csv")

        assert "1 ô không được nhận" in await seen.page.inner_text(".note")
        at = next(number for number, row in enumerate(rows, 1) if row[1] == "visits")
        assert f"dòng {at}, cột “Giá trị”" in await seen.page.inner_text(".data")
        assert await seen.flaws() == []
        await seen.shot("table-vi-1280")
        marked = (await download(seen, "a[href*='/reports/files/']")).decode()
        assert marked.startswith(drawn.splitlines()[0])
        mended = marked.replace("nhiều", "120")
        await seen.page.goto(site.entry)
        await upload(seen, mended.encode(), "mended.csv", "text/csv")
        assert "Đã nhận" in await seen.page.inner_text(".note")

        await seen.page.goto(site.entry)
        await upload(seen, b"PK\x03\x04\0\0", "renamed.csv", "text/csv")
        assert "không phải là bảng CSV" in await seen.page.inner_text(".note")
