"""Stewards set the plans of an indicator, adjust them and take them back, by a document."""

import re
from html import unescape

import pytest
from services.portal.tests import realm
from services.portal.tests.browser.province import stewarded
from services.portal.tests.browser.screen import chromium, screen
from services.warehouse.tests import make

from saola.testing.plugin import World

FIRST = "Nghị quyết số 25/NQ-HĐND ngày 09/12/2025"
SECOND = "Nghị quyết số 31/NQ-HĐND ngày 15/07/2026"
PLANS = "/indicators/HEALTH.VISITS/plans"


async def test_a_plan_is_set_adjusted_and_taken_back_without_script(world: World) -> None:
    here = await stewarded(world, 2)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}/indicators/HEALTH.VISITS")
        await page.click("main a:text('Kế hoạch giao')")
        await page.click("a:text('Giao kế hoạch')")
        await page.select_option("#agency", make.agency(here.unit))
        await page.fill("#period", "năm nay")
        await page.fill("#value", "1,204.5")
        await page.click("button[value=save]")
        await page.wait_for_selector("#period[aria-invalid]")
        assert "1.234,5" in await page.inner_text("#e-value")
        assert await page.locator("#source[aria-invalid]").count() == 1
        await page.fill("#period", "2026")
        await page.fill("#value", "12.500,5")
        await page.fill("#source", FIRST)
        await page.click("button[value=save]")
        await page.wait_for_url(f"**{PLANS}")
        assert "12.500,5" in await page.inner_text(".data tbody")

        await page.click(".data tbody a")
        assert await page.input_value("#value") == "12.500,5"
        assert FIRST in await page.inner_text(".meta")
        await page.fill("#value", "11000")
        await page.fill("#source", SECOND)
        await page.click("button[value=save]")
        await page.wait_for_url(f"**{PLANS}")
        assert "11.000" in await page.inner_text(".data tbody")
        await page.click(".data tbody a")
        await page.click("button[value=none]")
        await page.wait_for_selector("#source[aria-invalid]")
        await page.fill("#source", SECOND)
        await page.click("button[value=none]")
        await page.wait_for_url(f"**{PLANS}")
        assert "Chưa giao kế hoạch." in await page.inner_text("main")
        await page.select_option("#former", "true")
        await page.click("button:text('Xem')")
        await page.wait_for_url("**former=true")
        assert await page.locator(".data tbody tr").count() == 3
        assert "đã được thay thế" in await page.inner_text(".data tbody")


async def test_of_two_stewards_the_second_is_told_and_sees_what_the_first_has_set(
    world: World,
) -> None:
    here = await stewarded(world, 2)
    said = {"agency": make.agency(here.unit), "period": "2026", "source": FIRST}
    own = f"{PLANS}/set?agency={here.unit}&period=2026"
    async with realm.browser(here.address) as client:
        place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
        await realm.sign_in(world, client, "thu", **place)
        assert (await client.post(f"{PLANS}/set", data=said | {"value": "5"})).status_code == 303
        blind = await client.post(f"{PLANS}/set", data=said | {"value": "6"})
        assert blind.status_code == 422
        assert "Dữ liệu đã thay đổi từ khi bạn đọc." in blind.text
        read = etag((await client.get(own)).text)
        seen = said | {"value": "7", "etag": read}
        assert (await client.post(f"{PLANS}/set", data=seen)).status_code == 303
        stale = await client.post(f"{PLANS}/set", data=seen | {"value": "8"})
        assert stale.status_code == 422
        assert etag(stale.text) not in {read, ""}
        again = seen | {"value": "8", "etag": etag(stale.text)}
        assert (await client.post(f"{PLANS}/set", data=again)).status_code == 303


def etag(page: str) -> str:
    found = re.search(r'name="etag" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


async def test_plans_are_seen_by_all_and_set_by_stewards(world: World) -> None:
    here = await stewarded(world, 2)
    said = {"agency": make.agency(here.unit), "period": "2026", "value": "5", "source": FIRST}
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "lan")
        assert (await client.get(PLANS)).status_code == 200
        assert (await client.get(f"{PLANS}/set")).status_code == 403
        assert (await client.post(f"{PLANS}/set", data=said)).status_code == 403
        place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
        await realm.sign_in(world, client, "thu", **place)
        stranger = said | {"agency": make.agency(make.UUID(int=99))}
        assert (await client.post(f"{PLANS}/set", data=stranger)).status_code == 422
        assert (await client.get("/indicators/NO.SUCH/plans")).status_code == 404
        once = said | {"request_id": "once"}
        answers = [await client.post(f"{PLANS}/set", data=once) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        listed = (await client.get(f"{PLANS}?former=true")).text
        assert listed.count(FIRST) == 2  # once for phones


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "en")])
async def test_nothing_keeps_a_steward_out_of_the_plans(
    world: World, width: int, language: str
) -> None:
    here = await stewarded(world, 2)
    flaws = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}{PLANS}/set")
        flaws["new"] = await seen.flaws()
        await page.select_option("#agency", make.agency(here.unit))
        await page.fill("#period", "2026")
        await page.fill("#value", "12500")
        await page.fill("#source", FIRST)
        await page.click("button[value=save]")
        await page.wait_for_url(f"**{PLANS}")
        flaws["list"] = await seen.flaws()
        await seen.shot(f"plans-list-{language}-{width}")
        await page.click(".data tbody a")
        await page.wait_for_selector("button[value=none]")
        flaws["adjust"] = await seen.flaws()
        await seen.shot(f"plans-adjust-{language}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}
