"""The bell and the page of notices, in a real browser."""

from services.notices.tests import make as notices
from services.notices.tests.make import CLERK
from services.portal.tests import realm
from services.portal.tests.browser.screen import chromium, screen

from saola.testing.plugin import World

USER = str(CLERK)


async def site(world: World) -> str:
    """A portal before a service that tells a clerk, and how one signs in."""
    await world.run(notices.app)
    await notices.province(world)
    people = world.site.issuer.realm.people
    people[USER] = {
        "name": "Lò Thị Lan",
        "roles": ["reporter"],
        "positions": [f"{notices.COMMUNE}|official"],
    }
    people[str(notices.HEAD)] = people[USER] | {"roles": ["approver"]}
    return await realm.portal(world)


async def test_the_bell_rings_while_the_page_is_open_and_for_its_reader_only(world: World) -> None:
    address = await site(world)
    async with chromium() as browser, screen(browser) as seen, screen(browser) as head:
        await head.sign_in(address, str(notices.HEAD), "/notices")
        await head.page.wait_for_selector(".live[data-state=fresh]")
        await seen.sign_in(address, USER, "/notices")
        await seen.page.wait_for_selector(".live[data-state=fresh]")
        await seen.page.get_by_text("Chưa có thông báo").wait_for()
        head.fetched.clear()
        await notices.remind(world, "before")
        await seen.page.wait_for_selector(".bell .count")
        await seen.page.get_by_role("heading", name="Sắp đến hạn báo cáo").wait_for()
        assert await seen.page.locator(".bell").inner_text() == "1\nThông báo: 1 chưa đọc"
        assert head.fetched == []
        assert await seen.flaws() == []
        await seen.shot("notices")


async def test_what_is_read_is_read_by_keyboard_too_and_the_bell_is_silent(world: World) -> None:
    address = await site(world)
    for period in ("2026-09", "2026-10", "2026-11"):
        await notices.remind(world, "due", period)
    async with chromium() as browser, screen(browser, width=390) as seen:
        await seen.sign_in(address, USER, "/notices")
        await seen.page.wait_for_selector(".bell .count")
        await seen.page.get_by_role("button", name="Đánh dấu đã đọc").first.focus()
        await seen.page.keyboard.press("Enter")
        await seen.page.locator(".bell .count", has_text="2").wait_for()
        assert await seen.flaws() == []
        await seen.shot("notices-390")
        await seen.page.get_by_role("button", name="Đánh dấu tất cả đã đọc").click()
        await seen.page.locator(".bell .count").wait_for(state="detached")
        assert await seen.page.locator(".notices .unread").count() == 0


async def test_one_says_how_one_wants_to_be_told(world: World) -> None:
    address = await site(world)
    async with chromium() as browser, screen(browser, language="en") as seen:
        await seen.sign_in(address, USER, "/notices")
        await seen.page.get_by_label("Text message").check()
        await seen.page.get_by_label("When").select_option("DIGEST_DAILY")
        await seen.page.get_by_label("to", exact=True).fill("21:00")
        await seen.page.get_by_label("from", exact=True).fill("21:00")
        await seen.page.get_by_role("button", name="Save").click()
        await seen.page.get_by_text("The field preferences.quiet_to is not valid").wait_for()
        await seen.page.get_by_label("to", exact=True).fill("05:30")
        await seen.page.get_by_role("button", name="Save").click()
        await seen.page.get_by_text("Saved.").wait_for()
        seen.errors.clear()  # the refusal above stands in the console
        await seen.page.reload()
        assert await seen.page.get_by_label("Text message").is_checked()
        assert await seen.page.get_by_label("When").input_value() == "DIGEST_DAILY"
        assert await seen.page.get_by_label("to", exact=True).input_value() == "05:30"
        assert await seen.flaws() == []
        await seen.shot("notices-en")


async def test_without_script_the_page_works_too(world: World) -> None:
    address = await site(world)
    await notices.remind(world, "before")
    async with chromium() as browser, screen(browser, script=False) as seen:
        await seen.sign_in(address, USER, "/notices")
        await seen.page.locator(".notices h2 a").click()
        await seen.page.get_by_role("button", name="Đánh dấu đã đọc").click()
        await seen.page.wait_for_url(f"{address}/notices")
        assert await seen.page.locator(".notices .unread").count() == 0
