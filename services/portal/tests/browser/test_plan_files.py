"""Plans by file, through the pages: download, fill in, check, send back; the wrong lines back."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.async_api import FilePayload
from services.portal.tests import realm
from services.portal.tests.browser.province import stewarded
from services.portal.tests.browser.screen import Screen, chromium, screen
from services.portal.tests.browser.test_excel import XLSX, download
from services.warehouse.tests import make

from saola.apis.warehouse.v1.plans_pb2 import ListPlansRequest
from saola.apis.warehouse.v1.plans_pb2_grpc import PlansServiceStub
from saola.testing.plugin import World

pytestmark = pytest.mark.usefixtures("objects")
CODE = "HEALTH.VISITS"
SOURCE = "Nghị quyết số 25/NQ-HĐND ngày 09/12/2025"


def filled(file: bytes, *values: object) -> bytes:
    """The workbook with the first plans typed in."""
    book = load_workbook(BytesIO(file))
    for line, value in zip(book.worksheets[0].iter_rows(min_row=3), values, strict=False):
        line[6].value = value
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


async def send(
    seen: Screen, data: bytes, do: str, name: str = "ke-hoach.xlsx", kind: str = XLSX
) -> None:
    file: FilePayload = {"name": name, "mimeType": kind, "buffer": data}
    await seen.page.set_input_files("#file", [file])
    await seen.page.fill("#source", SOURCE)
    await seen.page.click(f"button[value={do}]")
    await seen.page.wait_for_url("**/plans/operations/*")
    await seen.page.wait_for_selector(".note")


async def test_a_file_is_checked_and_each_error_is_told_by_its_row_and_column(
    world: World,
) -> None:
    here = await stewarded(world, 4)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}/indicators/{CODE}/plans")
        await page.click("a:text('Giao kế hoạch bằng tệp')")
        assert await seen.flaws() == []
        drawn = await download(seen, "button[value=xlsx]")
        await send(seen, filled(drawn, 12500.5, "1.204,5", "nhiều"), "try")
        assert "1 dòng bị từ chối" in await page.inner_text(".note")
        assert "Sẽ ghi: 2." in await page.inner_text(".note")
        row = await page.inner_text(".data tbody tr")
        assert row.split("\t")[:2] == ["5", "Kế hoạch"]
        assert await seen.flaws() == []
        await seen.shot("plan-files-refused-vi-1280")
        await page.click("a:text('Tệp khác')")
        await page.wait_for_url(f"**/plans?indicator={CODE}")


async def test_what_is_right_is_kept_and_what_is_wrong_comes_back(world: World) -> None:
    here = await stewarded(world, 4)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}/plans?indicator={CODE}")
        drawn = await download(seen, "button[value=xlsx]")
        await send(seen, filled(drawn, 12500.5, "1.204,5", "nhiều"), "keep")
        assert "Đã lưu: 2. Không đổi: 0. Bị từ chối: 1." in await page.inner_text(".note")
        wrong = await download(seen, "a[href*='/reports/files/']")
        await page.click("a:text('Tệp khác')")
        await send(seen, filled(wrong, 7), "keep")
        assert "Đã nhận toàn bộ" in await page.inner_text(".note.good")
        await page.click(".note a:text('Kế hoạch')")
        await page.wait_for_url(f"**/{CODE}/plans")
        assert await page.locator(".data tbody tr").count() == 3
        assert "12.500,5" in await page.inner_text(".data tbody")


async def test_the_same_by_csv_for_a_whole_field_and_nobody_is_overwritten(world: World) -> None:
    here = await stewarded(world, 4)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}/indicators")
        await page.click("a:text('Giao kế hoạch bằng tệp')")
        await page.select_option("#field", "health")
        await page.select_option("#period_type", "quarter")
        rows = (await download(seen, "button[value=csv]")).decode("utf-8-sig").splitlines()
        cells = rows[1].split(";")
        assert cells[0] == CODE
        for value, told in (("5", "Đã lưu: 1."), ("6", "Đã có kế hoạch khác")):
            cells[6] = value
            text = "\r\n".join([rows[0], ";".join(cells)])
            await send(seen, text.encode(), "keep", "ke-hoach.csv", "text/csv")
            assert told in await page.inner_text("#progress")
            await page.click("a:text('Tệp khác')")
        await send(seen, b"PK\x03\x04\0\0", "keep")
        assert "không phải là bảng tính" in await page.inner_text(".note.bad")
    listing = here.world.person("steward", "steward", of=here.top).asks(PlansServiceStub)
    [kept] = (await listing.ListPlans(ListPlansRequest())).plans
    assert (kept.period, kept.value, kept.source) == ("2026-Q1", "5", SOURCE)


async def test_files_of_plans_are_for_stewards(world: World) -> None:
    here = await stewarded(world, 2)
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "lan")
        for path in ("/plans", f"/plans/template?year=2026&agency=agencies/{here.top}"):
            assert (await client.get(path)).status_code == 403
        assert (await client.post("/plans/import", data={"do": "keep"})).status_code == 403
        place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
        await realm.sign_in(world, client, "thu", **place)
        nothing = await client.post("/plans/import", data={"agency": make.agency(here.top)})
        assert nothing.status_code == 422
        assert "Hãy chọn một tệp" in nothing.text
        wrong = await client.get(f"/plans/template?year=x&agency=agencies/{here.top}")
        assert wrong.status_code == 422
        assert (await client.get("/plans?indicator=NO.SUCH")).status_code == 404
        assert (await client.get(f"/plans/operations/{here.top}")).status_code == 404


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "vi"), (390, "en")])
async def test_nothing_keeps_a_steward_out_of_the_files_of_plans(
    world: World, width: int, language: str
) -> None:
    here = await stewarded(world, 2)
    flaws = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        for name, path in (("all", "/plans"), ("one", f"/plans?indicator={CODE}")):
            await page.goto(here.address + path)
            flaws[name] = await seen.flaws()
            await seen.shot(f"plan-files-{name}-{language}-{width}")
        head = "Indicator code;Agency code;Period;Plan\n"
        await send(seen, f"{head}{CODE};NONE;2026;5\n".encode(), "keep", "x.csv", "text/csv")
        flaws["refused"] = await seen.flaws()
        await seen.shot(f"plan-files-done-{language}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}
