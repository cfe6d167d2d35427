"""Stewards change the dictionary in the browser; others are told for whom a page is."""

from services.portal.tests.browser.province import province, stewarded
from services.portal.tests.browser.screen import chromium, screen

from saola.testing.plugin import World


async def test_an_entry_is_refused_corrected_stored_and_changed_without_script(
    world: World,
) -> None:
    site = await stewarded(world, 2)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "thu")
        await page.goto(f"{site.address}/indicators")
        await page.click("a:text('Thêm chỉ tiêu')")
        await page.fill("#code", "KT.BANLE")
        await page.fill("#title_vi", "Tổng mức bán lẻ")
        await page.select_option("#field", "economy")
        await page.select_option("#basis", "1")
        await page.fill("#green", "mười")
        await page.fill("#yellow", "90,5")
        await page.click("button:text('Lưu')")
        await page.wait_for_selector("#green[aria-invalid]")
        assert await page.input_value("#title_vi") == "Tổng mức bán lẻ"
        assert await page.inner_text("#e-green")
        await page.fill("#green", "98")
        await page.click("button:text('Lưu')")
        await page.wait_for_url("**/indicators/KT.BANLE")

        await page.goto(f"{site.address}/indicators/KT.BANLE/edit")
        assert await page.input_value("#yellow") == "90.5"
        await page.fill("#title_vi", "Tổng mức bán lẻ hàng hóa")
        await page.click("button:text('Lưu')")
        await page.wait_for_url("**/indicators/KT.BANLE")
        await page.goto(f"{site.address}/indicators?q=ban+le&sort=title")
        assert "Tổng mức bán lẻ hàng hóa" in await page.inner_text(".data")


async def test_nothing_keeps_a_steward_out_of_the_dictionary(world: World) -> None:
    site = await stewarded(world, 2)
    flaws = {}
    async with chromium() as browser:
        for width in (1280, 390):
            async with screen(browser, width) as seen:
                await seen.sign_in(site.address, "thu")
                for name in ("", "/new", "/HEALTH.VISITS/edit"):
                    await seen.page.goto(f"{site.address}/indicators{name}")
                    flaws[name, width] = await seen.flaws()
                    await seen.shot(f"dictionary{name.replace('/', '-')}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}


async def test_a_page_for_others_says_for_whom_it_is(world: World) -> None:
    site = await province(world, 2)
    world.site.issuer.realm.people["khach"] = {"name": "Khách", "roles": [], "positions": []}
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "chair")
        answer = await seen.page.goto(f"{site.address}/reports")
        assert answer is not None
        assert answer.status == 403
        told = await seen.page.inner_text("main")
        assert "Trang này dành cho người báo cáo của đơn vị." in told
        await seen.page.goto(f"{site.address}/indicators/new")
        assert "người quản lý danh mục chỉ tiêu" in await seen.page.inner_text("main")
        assert await seen.page.locator(".side a").count() > 3
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "khach")
        for path in ("/inbox", "/", "/board", "/indicators"):
            answer = await seen.page.goto(site.address + path)
            assert answer is not None
            assert answer.status == 403, path


async def test_a_form_is_drafted_previewed_published_and_revised_without_script(
    world: World,
) -> None:
    site = await stewarded(world, 2)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "thu")
        await page.goto(f"{site.address}/forms")
        await page.click("a:text('Thêm biểu mẫu')")
        await page.fill("#code", "KT-09")
        await page.fill("#title_vi", "Báo cáo kinh tế tháng")
        await page.fill("[name='items.0.code']", "a")
        await page.fill("[name='items.0.label_vi']", "Bán lẻ")
        await page.click("button:text('Thêm dòng')")
        await page.fill("[name='items.1.code']", "a")
        await page.fill("[name='items.1.label_vi']", "Xuất khẩu")
        await page.click(".actions button[value=save]")
        await page.wait_for_selector(".summary")
        assert await page.input_value("[name='items.0.label_vi']") == "Bán lẻ"
        assert await page.locator("[name='items.1.code'][aria-invalid]").count() == 1
        await page.fill("[name='items.1.code']", "b")
        await page.click("button:text('Thêm quy tắc')")
        await page.fill("[name='rules.0.code']", "R1")
        await page.fill("[name='rules.0.title_vi']", "Xuất khẩu không quá bán lẻ")
        await page.fill("[name='rules.0.left']", "[b]")
        await page.select_option("[name='rules.0.operator']", "6")
        await page.fill("[name='rules.0.right']", "[a]")
        await page.click("button:text('Xem trước')")
        assert "Xuất khẩu" in await page.inner_text("[aria-labelledby=h-preview]")
        await page.click(".actions button[value=save]")
        await page.wait_for_selector(".st.draft")
        assert "Xuất khẩu không quá bán lẻ" in await page.inner_text("main")
        await page.click("button:text('Ban hành dự thảo')")
        await page.wait_for_selector(".head .st.good")

        await page.click("button:text('Soạn phiên bản mới')")
        await page.wait_for_url("**/edit")
        await page.fill("#title_vi", "Báo cáo kinh tế hằng tháng")
        await page.fill("#in_force_from", "2027-01")
        await page.click(".actions button[value=save]")
        await page.wait_for_selector(".head .st.good")
        await page.click("button:text('Ban hành dự thảo')")
        await page.wait_for_selector(".seg a:has-text('Phiên bản 2')")
        assert "Báo cáo kinh tế hằng tháng" in await page.inner_text("h1")


async def test_nothing_keeps_a_steward_out_of_the_forms(world: World) -> None:
    site = await stewarded(world, 2)
    flaws = {}
    async with chromium() as browser:
        for width in (1280, 390):
            async with screen(browser, width) as seen:
                await seen.sign_in(site.address, "thu")
                for name in ("/forms", f"/{site.form}", "/forms/new"):
                    await seen.page.goto(site.address + name)
                    flaws[name, width] = await seen.flaws()
                    await seen.shot(f"forms-{len(flaws)}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}
