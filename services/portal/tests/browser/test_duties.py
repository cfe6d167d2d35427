"""Stewards say in the browser who must report by a form, from when to when."""

import pytest
from services.identity.tests import make as identity
from services.portal.tests import realm
from services.portal.tests.browser.province import stewarded
from services.portal.tests.browser.screen import chromium, screen
from services.warehouse.tests import make

from saola.apis.identity.v1.agencies_pb2 import CloseAgencyRequest, GetAgencyRequest
from saola.apis.warehouse.v1.obligations_pb2 import ListObligationsRequest
from saola.testing.plugin import World


async def test_units_are_chosen_and_obliged_without_script(world: World) -> None:
    here = await stewarded(world, 3)
    form = await make.form(world, code="KT-01")
    own = f"{here.address}/{form}"
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(own)
        await page.click("a:text('Đơn vị phải báo cáo')")
        assert "Chưa có đơn vị nào phải báo cáo" in await page.inner_text("main")
        await page.click("a:text('Giao đơn vị báo cáo')")

        await page.fill("#valid_from", "31/02/2026")
        await page.click("button[value=save]")
        await page.wait_for_selector("#valid_from[aria-invalid]")
        assert "Hãy chọn ít nhất một đơn vị." in await page.inner_text("#e-agency")
        await page.fill("#valid_from", "01/11/2026")
        await page.fill("#valid_to", "01/10/2026")
        await page.locator(".picks input").first.check()
        await page.fill("#q", "so tu phap")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("legend:text('Đã chọn')")
        assert await page.locator(".picks input:checked").count() == 1
        await page.click("button[value=all]")
        chosen = await page.locator(".picks input:checked").count()
        await page.click("button:text('Giao các đơn vị đã chọn')")
        await page.wait_for_selector("#valid_to[aria-invalid]")
        assert await page.locator(".picks input:checked").count() == chosen
        await page.fill("#valid_to", "")
        await page.click("button:text('Giao các đơn vị đã chọn')")
        await page.wait_for_url(f"{own}/obligations?*")
        told = await page.inner_text(".note.good")
        assert (chosen, told) == (2, "Giao mới 2 đơn vị.")

        await page.goto(f"{own}/oblige")
        await page.click("button[value=all]")
        await page.click("button:text('Giao các đơn vị đã chọn')")
        await page.wait_for_url(f"{own}/obligations?*")
        assert "Giao mới 2 đơn vị. 2 đơn vị đã được giao từ trước." in await page.inner_text(
            ".note.good"
        )
        every = await page.locator(".data tbody tr").count()
        assert f"{every} nghĩa vụ báo cáo" in await page.inner_text("main")


async def test_an_obligation_is_ended_once_somebody_has_confirmed_the_day(world: World) -> None:
    here = await stewarded(world, 3)
    own = f"{here.address}/{here.form}"
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{own}/obligations")
        await page.locator(".data a[href$='/end']").first.click()
        await page.fill("#valid_to", "01/01/2020")
        await page.click("button.risk")
        await page.wait_for_selector("#valid_to[aria-invalid]")
        assert await page.input_value("#valid_to") == "01/01/2020"
        await page.fill("#valid_to", "21/11/2026")
        await page.click("button.risk")
        await page.wait_for_selector(".note.good")
        assert "21/11/2026" in await page.inner_text(".data tbody tr:first-child")
        await page.goto(f"{own}/obligations?q=khong+co+don+vi+nay&which=all")
        assert "Không tìm thấy" in await page.inner_text("main")


async def test_what_is_sent_twice_is_done_once_and_a_draft_obliges_nobody(world: World) -> None:
    here = await stewarded(world, 3)
    form = await make.form(world, code="KT-01")
    drafted = await make.forms_of(make.steward(world)).CreateForm(
        make.forms.CreateFormRequest(form=make.draft(code="KT-02"))
    )
    unit = make.agency(here.units[0])
    said = {"do": "save", "agency": unit, "valid_from": "01/11/2026", "request_id": "once"}
    place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "thu", **place)
        answers = [await client.post(f"/{form}/oblige", data=said) for _ in range(2)]
        refused = await client.post(f"/{drafted.name}/oblige", data=said | {"request_id": ""})
        stale = await client.get(f"/{form}/obligations")
        made = (
            await make.obligations_of(make.steward(world)).ListObligations(
                ListObligationsRequest(form=form)
            )
        ).obligations[0]
        ended = {"valid_to": "21/11/2026", "etag": made.etag}
        end = f"/{form}/{made.name}/end"
        ends = [await client.post(end, data=ended) for _ in range(2)]
    assert [one.status_code for one in ends] == [303, 422]
    assert "đã thay đổi" in ends[1].text
    assert {one.headers["location"] for one in answers} == {f"/{form}/obligations?made=1&kept=0"}
    assert refused.status_code == 422
    assert "KT-02" in refused.text
    assert "1 nghĩa vụ báo cáo" in stale.text


async def test_a_unit_that_will_be_closed_is_named_by_its_title(world: World) -> None:
    here = await stewarded(world, 3)
    form, name = await make.form(world, code="KT-01"), make.agency(here.units[0])
    directory = identity.directory(world)
    unit = await directory.GetAgency(GetAgencyRequest(name=name))
    closing = CloseAgencyRequest(name=name, valid_to="2026-12-01", etag=unit.etag)
    await directory.CloseAgency(closing)
    await world.settle()
    said = {"do": "save", "agency": name, "valid_from": "01/11/2026", "q": "noi vu"}
    place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "thu", **place)
        refused = await client.post(f"/{form}/oblige", data=said)
        kept = await client.post(f"/{form}/oblige", data=said | {"valid_to": "01/12/2026"})
    assert refused.status_code == 422
    assert f"Đơn vị {unit.display_name} kết thúc hoạt động" in refused.text
    assert kept.status_code == 303


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "en")])
async def test_nothing_keeps_a_steward_out_of_the_duties(
    world: World, width: int, language: str
) -> None:
    here = await stewarded(world, 8)
    flaws = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        for name in ("", "/obligations", "/oblige"):
            await page.goto(f"{here.address}/{here.form}{name}")
            flaws[name] = await seen.flaws()
            await seen.shot(f"duties{name.replace('/', '-')}-{language}-{width}")
        await page.click("button[value=all]")
        await page.fill("#valid_from", "x")
        await page.click(".actions button[value=save]")
        await page.wait_for_selector("#valid_from[aria-invalid]")
        seen.errors.clear()  # the browser notes the refusal
        flaws["wrong"] = await seen.flaws()
        await page.goto(f"{here.address}/{here.form}/obligations")
        await page.locator(".data a[href$='/end']").first.click()
        await page.wait_for_url("**/end")
        flaws["end"] = await seen.flaws()
        await seen.shot(f"duties-end-{language}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}


async def test_who_reports_by_a_form_is_for_stewards(world: World) -> None:
    here = await stewarded(world, 2)
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "lan")
        for path in ("obligations", "oblige"):
            assert (await client.get(f"/{here.form}/{path}")).status_code == 403
        assert (await client.post(f"/{here.form}/oblige", data={"do": "save"})).status_code == 403
        place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
        await realm.sign_in(world, client, "thu", **place)
        nobody = f"/{here.form}/obligations/{here.top}/end"
        assert (await client.get(nobody)).status_code == 404
        assert (await client.get(f"/forms/{here.top}/obligations")).status_code == 404
