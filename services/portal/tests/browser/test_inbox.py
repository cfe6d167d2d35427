"""The inbox: several reports approved at once, by key, live, and without script."""

from uuid import UUID

from services.portal.tests.browser.province import Province, province
from services.portal.tests.browser.screen import chromium, screen
from services.portal.tests.browser.test_keyboard import tab_to
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.testing.plugin import World

State = pb.Submission.State


async def states(site: Province, *reports: pb.Submission) -> list[State.ValueType]:
    found = []
    for one in reports:
        unit = make.reporter(site.world, UUID(one.agency.removeprefix("agencies/")))
        found.append((await unit.GetSubmission(pb.GetSubmissionRequest(name=one.name))).state)
    return found


async def test_all_are_chosen_and_approved_by_key_and_what_is_refused_says_why(
    world: World,
) -> None:
    site = await province(world)
    one, other = await site.submit(site.units[1]), await site.submit(site.units[2])
    begun = await site.enter(site.unit, visits="1", dengue="0")
    chair = make.reports_of(world.person("chair", "reporter", of=site.unit))
    own = await chair.SubmitSubmission(make.submitting(begun))
    await world.settle()
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair", back="/inbox")
        await page.keyboard.press("Tab")
        await tab_to(seen, "button.main")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".summary")
        assert "Hãy chọn ít nhất một báo cáo." in await page.inner_text(".summary")
        seen.errors.clear()  # a browser notes each 422

        await tab_to(seen, "[data-all]")
        await page.keyboard.press("Enter")
        assert await page.locator("[name=which]:checked").count() == 3
        await tab_to(seen, "button.main")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".note.good")

        assert "Đã duyệt 2 báo cáo." in await page.inner_text(".note.good")
        refused = await page.inner_text(".summary")
        assert "1 báo cáo chưa được duyệt" in refused
        assert "Người gửi báo cáo không được tự duyệt" in refused
        assert await page.evaluate("document.activeElement.className") == "summary"
        assert await seen.flaws() == []
        await seen.shot("inbox-refused-vi-1280")
    approved, waits = State.STATE_APPROVED, State.STATE_SUBMITTED
    assert await states(site, one, other, own) == [approved, approved, waits]


async def test_what_is_ticked_stays_ticked_when_others_arrive_and_means_the_same_report(
    world: World,
) -> None:
    site = await province(world)
    one, other = await site.submit(site.units[1]), await site.submit(site.units[2])
    await world.settle()
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair", back="/inbox")
        await page.wait_for_selector(".live[data-state=fresh]")
        await page.check(f"[value^='{one.name} ']")
        await page.check(f"[value^='{other.name} ']")
        await make.approver(world, site.units[2]).ApproveSubmission(
            pb.ApproveSubmissionRequest(name=other.name, etag=other.etag)
        )
        new = await site.submit(site.units[3])
        await page.wait_for_selector(f"[value^='{new.name} ']")

        assert await page.locator("[name=which]").count() == 2
        assert await page.is_checked(f"[value^='{one.name} ']")
        assert not await page.is_checked(f"[value^='{new.name} ']")


async def test_several_are_approved_without_script_and_one_has_changed_meanwhile(
    world: World,
) -> None:
    site = await province(world)
    one, stale = await site.submit(site.units[1]), await site.submit(site.units[2])
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "chair")
        await page.goto(f"{site.address}/inbox")
        await page.click("[data-all]")
        assert await page.locator("[name=which]:checked").count() == 2
        back = await make.returned(world, stale, site.units[2])
        await page.click("button.main")
        await page.wait_for_selector(".summary")

        assert "Đã duyệt 1 báo cáo." in await page.inner_text(".note.good")
        assert await page.locator(".summary a").get_attribute("href") == f"/{back.name}"
        await page.reload()  # the same again
        assert "Đã duyệt 1 báo cáo." in await page.inner_text(".note.good")
    assert await states(site, one, back) == [State.STATE_APPROVED, State.STATE_RETURNED]
