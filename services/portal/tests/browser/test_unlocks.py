"""A report that was approved is opened again: asked for, granted until an end, or refused."""

import pytest
from services.portal.tests.browser.province import Province, province
from services.portal.tests.browser.screen import chromium, screen
from services.portal.tests.browser.test_keyboard import tab_to
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.testing.plugin import World


async def approved(site: Province) -> str:
    sent = await site.submit(site.unit)
    chair = make.reports_of(site.world.person("chair", "approver", of=site.top))
    asked = pb.ApproveSubmissionRequest(name=sent.name, etag=sent.etag)
    await chair.ApproveSubmission(asked)
    await site.world.settle()
    return f"{site.address}/{sent.name}"


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "en")])
async def test_it_is_asked_for_granted_until_an_end_and_written_again(
    world: World, width: int, language: str
) -> None:
    site = await province(world, 2)
    report = await approved(site)
    async with (
        chromium() as browser,
        screen(browser, width, language) as lan,
        screen(browser, width, language) as chair,
    ):
        await lan.sign_in(site.address, "lan")
        await lan.page.goto(report)
        await lan.page.fill("#why", "Nhầm số ca sốt xuất huyết")
        await tab_to(lan, "button[value=ask]")
        await lan.page.keyboard.press("Enter")
        await lan.page.wait_for_selector("#h-asked")
        assert await lan.page.locator("#unlock").count() == 0  # nobody decides about their own
        assert await lan.flaws() == []
        await lan.shot(f"unlock-asked-{language}-{width}")

        await chair.sign_in(site.address, "chair", "/inbox")
        assert "Nhầm số ca" in await chair.page.inner_text("[aria-labelledby=h-unlocks]")
        assert await chair.flaws() == []
        await chair.shot(f"unlock-inbox-{language}-{width}")
        await chair.page.click("[aria-labelledby=h-unlocks] th a")
        await chair.page.wait_for_selector("#until")
        assert await chair.flaws() == []
        await chair.shot(f"unlock-deciding-{language}-{width}")
        await chair.page.select_option("#until", index=1)
        await tab_to(chair, "button[value=grant]")
        await chair.page.keyboard.press("Enter")
        await chair.page.wait_for_selector(".st.returned")
        assert "17:00" in await chair.page.inner_text(".meta")

        await lan.page.reload()
        await lan.shot(f"unlock-open-{language}-{width}")
        await lan.page.click("main a.button.main")
        await lan.page.fill("#v-dengue", "5")
        await lan.page.click("button[value=submit]")
        await lan.page.wait_for_url("**/submissions/*")
        await lan.page.wait_for_selector(".st.sent")


async def test_it_is_refused_with_a_reason_and_without_one_nothing_happens(world: World) -> None:
    site = await province(world, 2)
    report = await approved(site)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "lan")
        await page.goto(report)
        await page.fill("#why", "Nhầm")
        await page.click("button[value=ask]")
        await page.wait_for_selector("#h-asked")
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair")
        await page.goto(report)
        await page.click("button[value=refuse]")
        await page.wait_for_selector(".summary")
        await page.fill("#denial", "Số liệu đã công bố")
        await page.click("button[value=refuse]")
        await page.wait_for_selector("#h-denied")
        assert "Số liệu đã công bố" in await page.inner_text("[aria-labelledby=h-denied]")
        await page.goto(f"{site.address}/inbox")
        assert await page.locator("[aria-labelledby=h-unlocks]").count() == 0
