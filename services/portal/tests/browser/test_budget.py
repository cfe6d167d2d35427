"""The budget in a real browser: what was planned and done, entries, projects, treasury lists."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.async_api import FilePayload
from services.portal.tests.browser.screen import Screen, chromium, screen
from services.portal.tests.browser.treasury import busy, treasury

from saola.apis.budget.v1 import entries_pb2 as pb
from saola.apis.budget.v1.entries_pb2_grpc import EntriesServiceStub
from saola.testing.plugin import World

LIST = """Ngày hạch toán;Thu/Chi;Chương;Khoản;Tiểu mục;Cấp NS;Địa bàn;Số chứng từ;Số tiền
20/11/2026;Thu;018;;1701;2;;CT-1;1.500.000
20/11/2026;Chi;018;341;6001;2;;CT-2;700.000
20/11/2026;Thu;018;;17;2;;CT-3;1
"""


def workbook() -> bytes:
    book = Workbook()
    for line in LIST.splitlines():
        book.active.append(line.split(";"))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


async def take(seen: Screen, name: str, data: bytes, button: str) -> None:
    await seen.page.goto(seen.page.url.partition("/budget")[0] + "/budget/import")
    file: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": data}
    await seen.page.set_input_files("#file", [file])
    await seen.page.click(f"button[value={button}]")
    await seen.page.wait_for_url("**/budget/import/operations/*")
    await seen.page.wait_for_selector("#progress .note")


PAGES = {
    "chair": ("", "?by=area", "/entries", "/plan", "/projects"),
    "hoa": ("/entries/new", "/plan", "/plan/new", "/projects/new", "/import"),
}


@pytest.mark.parametrize(
    ("user", "width", "language", "theme"),
    [
        ("chair", 1280, "vi", "light"),
        ("chair", 390, "en", "dark"),
        ("chair", 3840, "vi", "dark"),
        ("hoa", 1280, "en", "light"),
        ("hoa", 390, "vi", "dark"),
    ],
)
async def test_the_pages_of_the_budget_keep_nobody_out(
    world: World, user: str, width: int, language: str, theme: str
) -> None:
    site = await treasury(world)
    await busy(site, 12)
    found = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        page = seen.page
        await seen.sign_in(site.address, user)
        await page.goto(f"{site.address}/account/set/theme/{theme}?back=/account")
        for path in PAGES[user]:
            await page.goto(f"{site.address}/budget{path}")
            await page.wait_for_selector(".shell")
            found[path] = await seen.flaws()
            name = path.strip("/?").replace("/", "-") or "execution"
            await seen.shot(f"budget-{name}-{user}-{language}-{width}")
        for link in ("/projects", "/entries"):
            await page.goto(f"{site.address}/budget{link}")
            await page.click(".data tbody tr:nth-child(2) th a")
            await page.wait_for_selector(".deck")
            found[f"one of {link}"] = await seen.flaws()
            await seen.shot(f"budget-one{link.replace('/', '-')}-{user}-{language}-{width}")
    assert {name: flaws for name, flaws in found.items() if flaws} == {}


async def test_a_leader_sees_the_plan_its_adjustments_and_what_was_done(world: World) -> None:
    site = await treasury(world)
    await busy(site)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair", "/budget")
        row = page.locator("[aria-labelledby=h-revenue] tbody tr", has_text="Thu nội địa")
        assert (await row.inner_text()).split("\t")[1:] == [
            "1.200.000", "−80.000", "1.120.000", "936.000", "83,6 %"
        ]  # fmt: skip
        await page.click("[aria-labelledby=h-revenue] thead a:has-text('Thực hiện')")
        first = page.locator("[aria-labelledby=h-revenue] tbody tr:first-child")
        assert "936.000" in await first.inner_text()
        assert await page.locator("[aria-labelledby=h-revenue] [aria-sort=descending]").count() == 1
        await page.select_option("#by", "area")
        await page.click(".tools button")
        await page.wait_for_url("**by=area**")
        assert "Phường Chiềng An" in await page.inner_text("[aria-labelledby=h-revenue] tbody")
        await page.goto(f"{site.address}/budget/entries")
        assert await page.locator("a[href='/budget/entries/new']").count() == 0
        await page.goto(f"{site.address}/budget/entries/new")
        assert "dành cho" in await page.inner_text("main")


async def test_who_reads_no_budget_is_told_for_whom_it_is(world: World) -> None:
    site = await treasury(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "root")
        assert await seen.page.locator(".side a[href='/budget']").count() == 0
        await seen.page.goto(f"{site.address}/budget")
        assert "dành cho" in await seen.page.inner_text("main")


async def test_entries_are_searched_sorted_and_turned_page_by_page(world: World) -> None:
    site = await treasury(world)
    await busy(site)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "hoa", "/budget/entries")
        assert await page.locator(".data tbody tr").count() == 50
        await page.click(".pager a")
        assert await page.locator(".data tbody tr").count() == 16
        await page.goto(f"{site.address}/budget/entries")
        await page.click("thead a:has-text('Số tiền')")
        await page.wait_for_url("**sort=-amount")
        assert "90.000.000.004" in await page.inner_text(".data tbody tr:first-child")
        await page.fill("#q", "XK")
        await page.press("#q", "Enter")
        await page.wait_for_url("**q=XK**")
        assert await page.locator(".data tbody tr").count() == 1


async def test_an_entry_is_recorded_refused_and_corrected_by_keyboard_without_script(
    world: World,
) -> None:
    site = await treasury(world)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "hoa", "/budget/entries/new")
        for key, text in {"document": "CT-77", "chapter": "18", "item": "1701"}.items():
            await page.fill(f"#{key}", text)
        await page.fill("#amount", "1.5")
        await page.press("#amount", "Enter")
        await page.wait_for_selector(".summary")
        assert "số đồng nguyên" in await page.inner_text("#e-amount")
        await page.fill("#amount", "1.500.000")
        await page.press("#amount", "Enter")
        await page.wait_for_selector("#e-chapter")
        assert await page.input_value("#document") == "CT-77"
        await page.fill("#chapter", "018")
        await page.press("#chapter", "Enter")
        await page.wait_for_selector("#h-correct")
        await page.fill("#amount", "1.400.000")
        await page.fill("#reason", "Nhập nhầm số tiền")
        await page.press("#reason", "Enter")
        await page.wait_for_selector("text=Dòng được đính chính")
        assert "1.400.000" in await page.inner_text(".meta")
        listed = await site.hoa.asks(EntriesServiceStub).ListEntries(pb.ListEntriesRequest())
        assert [one.amount for one in listed.entries] == [1_400_000]


@pytest.mark.usefixtures("objects")
@pytest.mark.parametrize(
    ("name", "data"), [("bang-ke.csv", LIST.encode()), ("bang-ke.xlsx", workbook())]
)
async def test_a_treasury_list_is_checked_then_taken_over_with_its_row_errors(
    world: World, name: str, data: bytes
) -> None:
    site = await treasury(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "hoa", "/budget/entries")
        await take(seen, name, data, "try")
        assert "1 dòng bị từ chối" in await page.inner_text(".note")
        assert "chưa ghi dòng nào" in await page.inner_text(".note")
        refused = await page.inner_text(".data tbody tr:first-child")
        assert "Tiểu mục" in refused
        assert "4 chữ số" in refused
        assert await seen.flaws() == []
        await seen.shot(f"budget-checked-{Path(name).suffix[1:]}-vi-1280")
        await take(seen, name, data, "keep")
        assert "Ghi mới: 2." in await page.inner_text(".note")
        await take(seen, name, data, "keep")
        assert "Không đổi: 2." in await page.inner_text(".note")
        await take(seen, "x.csv", b"not;a;list\n1;2;3\n", "keep")
        assert "Không đọc được" in await page.inner_text(".note.bad")


async def test_a_project_is_begun_paid_for_and_finished(world: World) -> None:
    site = await treasury(world)
    async with chromium() as browser, screen(browser, width=390) as seen:
        page = seen.page
        await seen.sign_in(site.address, "hoa", "/budget/projects/new")
        texts = {"code": "DA-9", "title": "Cầu Mường La", "total": "95.000.000.000"}
        for key, text in (texts | {"first_day": "2026-03-01", "last_day": "2026-02-01"}).items():
            await page.fill(f"#{key}", text)
        await page.click(".actions .main")
        await page.wait_for_selector("#e-last_day")
        await page.fill("#last_day", "2027-12-31")
        await page.click(".actions .main")
        await page.wait_for_selector("#h-pay")
        for kind, amount in (("1", "30.000.000.000"), ("2", "12.000.000.000")):
            await page.select_option("#kind", kind)
            await page.fill("#document", f"QĐ-{kind}")
            await page.fill("#amount", amount)
            await page.click("[aria-labelledby=h-pay] .main")
            await page.wait_for_selector(f".data th:has-text('QĐ-{kind}')")
        assert "40 % kế hoạch" in await page.inner_text("#h-paid")
        row = page.locator(".data tr", has_text="QĐ-2")
        await row.locator("summary").press("Enter")
        await row.locator("[name=amount]").fill("x")
        await row.locator("[name=reason]").fill("Giải ngân thêm")
        await row.locator("button").click()
        await page.wait_for_selector("#e-amount")
        await page.fill("#amount", "15.000.000.000")
        await page.click(".actions .main")
        await page.wait_for_selector("#h-paid:has-text('50 %')")
        seen.errors.clear()  # the browser notes the refusals
        assert await seen.flaws() == []


async def test_the_plan_and_its_execution_are_saved_as_a_file_with_every_dong(world: World) -> None:
    site = await treasury(world)
    await busy(site)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "chair", "/budget?sort=-done")
        kept = {}
        for kind in ("csv", "xlsx"):
            async with seen.page.expect_download() as waiting:
                await seen.page.click(f"[aria-labelledby=h-revenue] .files a[href*='.{kind}']")
            kept[kind] = Path(await (await waiting.value).path()).read_bytes()
        lines = kept["csv"].decode("utf-8-sig").splitlines()
        assert lines[1] == (
            "018,018,Thu nội địa,1200000000000,-80000000000,1120000000000,936000000000,83.57"
        )
        sheet = load_workbook(BytesIO(kept["xlsx"])).active
        assert sheet.max_row == 3 + len(lines)
        for list_, rows in (("entries", 66), ("plan", 4), ("projects", 3)):
            await seen.page.goto(f"{site.address}/budget/{list_}")
            async with seen.page.expect_download() as waiting:
                await seen.page.click(f".files a[href*='/{list_}.csv']")
            kept[list_] = Path(await (await waiting.value).path()).read_bytes()
            assert len(kept[list_].decode("utf-8-sig").splitlines()) == rows + 1
        assert ",22000000000,73.33,80," in kept["projects"].decode()
