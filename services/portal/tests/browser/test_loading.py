"""Stewards load in the browser what a unit had reported in an earlier system."""

import pytest
from playwright.async_api import FilePayload
from services.portal.tests.browser.province import Province, stewarded
from services.portal.tests.browser.screen import Screen, chromium, screen
from services.portal.tests.browser.test_excel import download
from services.warehouse.tests import make
from services.warehouse.tests.api.loading import load, loading, stated

from saola.apis.warehouse.v1.submissions_pb2 import ListSubmissionsRequest
from saola.testing.plugin import World

pytestmark = pytest.mark.usefixtures("objects")
REASON = "Chuyển từ hệ thống báo cáo cũ, theo sổ văn bản đến"
SAID = (
    ("18/11/2026", "visits", "3.182", "18/11/2026 16:30"),
    ("18/11/2026", "dengue", "6", ""),
    ("19/11/2026", "visits", "2.950", "20/11/2026 08:15"),
    ("19/11/2026", "dengue", "nhiều", ""),
    ("17/11/2026", "visits", "3.001", "17/11/2026 17:00"),
    ("17/11/2026", "dengue", "4", ""),
)


async def begin(seen: Screen, here: Province) -> None:
    """From the list of the units that report by the form."""
    await seen.sign_in(here.address, "thu")
    await seen.page.goto(f"{here.address}/{here.form}/obligations")
    await seen.page.click(f"a[href$='/load/{here.unit}']")
    await seen.page.wait_for_selector("#table")


def filled(drawn: list[str]) -> str:
    """The table with what two reports had said, and one wrong one."""
    heads, lines = drawn[0], {line.split(",")[1]: line.split(",") for line in drawn[1:]}
    rows = [heads]
    for period, code, value, came in SAID:
        line = lines[code]
        rows.append(",".join([period, *line[1:4], value, came]))
    return "\n".join(rows)


async def upload(seen: Screen, text: str, reason: str) -> None:
    file: FilePayload = {"name": "cu.csv", "mimeType": "text/csv", "buffer": text.encode()}
    await seen.page.set_input_files("#table", [file])
    await seen.page.fill("#reason", reason)
    await seen.page.click("button:has-text('Nạp báo cáo')")


async def test_a_table_is_loaded_and_what_was_refused_is_told(world: World) -> None:
    here = await stewarded(world, 2)
    async with chromium() as browser, screen(browser) as seen:
        await begin(seen, here)
        drawn = (await download(seen, "a[href$='/table']")).decode("utf-8-sig").splitlines()
        assert drawn[0] == "Kỳ,Mã,Chỉ tiêu,Đơn vị tính,Giá trị,Ngày đến"
        await upload(seen, filled(drawn), REASON)
        await seen.page.wait_for_url("**/reports/operations/*")
        await seen.page.wait_for_selector(".note")
        told = await seen.page.inner_text(".note")
        assert "Đã lưu: 4. Không đổi: 0. Bị từ chối: 2. Đã nạp 2 báo cáo." in told
        assert await seen.page.locator(".data tbody tr").count() == 2
        assert await seen.flaws() == []
    asked = ListSubmissionsRequest(form=here.form)
    reports = (await make.reporter(world, here.unit).ListSubmissions(asked)).submissions
    on_time = {one.period: one.on_time for one in reports}
    assert on_time == {"2026-11-18": True, "2026-11-17": False}


async def test_the_story_of_a_report_says_that_it_was_loaded(world: World) -> None:
    here = await stewarded(world, 2)
    steward = world.person("steward", "steward", of=here.top)
    report = stated("2026-11-18", "2026-11-18T16:30", {"visits": "3182", "dengue": "6"})
    [one] = await load(
        world, loading(here.form, report, agency=make.agency(here.unit), reason=REASON), steward
    )
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(here.address, "lan")
        await seen.page.goto(f"{here.address}/{one.submission}")
        story = await seen.page.inner_text("main")
        assert "Thời điểm đến theo khai báo: 16:30, 18/11/2026" in story
        assert "báo cáo đã đến hệ thống cũ lúc 16:30, 18/11/2026" in story
        assert REASON in story
        assert "đúng hạn" in await seen.page.inner_text(".meta")
        assert await seen.flaws() == []
        await seen.shot("loaded-vi-1280")


async def test_what_is_missing_is_said_at_its_field(world: World) -> None:
    here = await stewarded(world, 2)
    async with chromium() as browser, screen(browser, script=False) as seen:
        await begin(seen, here)
        await upload(seen, "Kỳ;Mã", "   ")
        await seen.page.wait_for_selector("#reason[aria-invalid]")
        assert await seen.page.inner_text("#e-reason") == "Hãy nêu nguồn và căn cứ."


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "vi"), (390, "en")])
async def test_the_page_is_whole_on_a_screen_of_any_width(
    world: World, width: int, language: str
) -> None:
    here = await stewarded(world, 2)
    async with chromium() as browser, screen(browser, width, language) as seen:
        await begin(seen, here)
        assert await seen.flaws() == []
        await seen.shot(f"load-{language}-{width}")
        await seen.page.goto(f"{here.address}/{here.form}/obligations")
        assert await seen.flaws() == []
        await seen.shot(f"load-units-{language}-{width}")
