"""Every flow by the keyboard alone."""

from services.portal.tests.browser.province import province
from services.portal.tests.browser.screen import Screen, chromium, screen
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.testing.plugin import World


async def tab_to(seen: Screen, what: str, most: int = 60) -> None:
    """Tab until the focus stands on `what`; a focus that cannot be seen would be no focus."""
    for _ in range(most):
        await seen.page.keyboard.press("Tab")
        if await seen.page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"Tab does not lead to {what}.")


async def test_a_report_is_found_written_refused_corrected_and_sent(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "lan")
        await page.keyboard.press("g")
        await page.keyboard.press("r")
        await page.wait_for_url("**/reports")
        await tab_to(seen, ".data a")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/reports/*/*/*")

        await tab_to(seen, "#v-visits")
        await page.keyboard.type("3.240")
        await page.keyboard.press("Enter")  # goes down
        assert await page.evaluate("document.activeElement.id") == "v-beds"
        await page.keyboard.type("1,204.5")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_selector(".summary")
        assert await page.evaluate("document.activeElement.className") == "summary"

        await tab_to(seen, ".summary a")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "v-beds"
        assert await page.input_value("#v-visits") == "3.240"
        await page.keyboard.press("Control+A")
        await page.keyboard.type("94,1")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.type("48")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_url("**/submissions/*")
        assert "đã gửi" in await page.inner_text(".head")
        assert "94,1" in await page.inner_text(".data")


async def test_a_report_is_returned_with_a_reason_and_then_approved(world: World) -> None:
    site = await province(world)
    sent = await site.submit(site.unit)
    await world.settle()
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair")
        await page.keyboard.press("g")
        await page.keyboard.press("i")
        await page.wait_for_url("**/inbox")
        await tab_to(seen, ".data a")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/{sent.name}")

        await tab_to(seen, "button[value=return]")
        await page.keyboard.press("Enter")  # without a reason
        await page.wait_for_selector(".summary")
        await tab_to(seen, "#reason")
        await page.keyboard.type("Số ca chưa khớp.")
        await tab_to(seen, "button[value=return]")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".st.returned")

        mine = make.reporter(world, site.unit)
        back = await mine.GetSubmission(pb.GetSubmissionRequest(name=sent.name))
        assert back.return_reason == "Số ca chưa khớp."
        await mine.SubmitSubmission(make.submitting(back))
        await page.reload()
        await tab_to(seen, "button[value=approve]")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".st.good")


async def test_the_palette_finds_a_page_without_diacritics(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair")
        await page.keyboard.press("Control+K")
        await page.keyboard.type("bang truc")
        await page.wait_for_selector("#hits [role=option]:text('Bảng trực tiếp'):only-child")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/board")


async def test_single_keys_can_be_switched_off(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "chair")
        await seen.page.goto(f"{site.address}/account/set/keys/off?back=/account")
        await seen.page.keyboard.press("?")
        assert not await seen.page.evaluate("document.getElementById('keys').open")
        await seen.page.goto(f"{site.address}/account/set/keys/on?back=/account")
        await seen.page.keyboard.press("?")
        assert await seen.page.evaluate("document.getElementById('keys').open")


async def test_a_report_is_written_and_sent_without_script(world: World) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "lan")
        await page.goto(site.entry)
        await page.fill("#v-visits", "x")
        await page.press("#v-visits", "Tab")
        await page.click("button[value=save]")
        await page.wait_for_selector(".summary")
        await page.fill("#v-visits", "3.240")
        await page.fill("#v-dengue", "0")
        await page.select_option("#v-alert", "Xanh")
        await page.click("button[value=submit]")
        await page.wait_for_url("**/submissions/*")
        assert "3.240" in await page.inner_text(".data")
