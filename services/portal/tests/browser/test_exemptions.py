"""Stewards exempt units from reports and take it back; units see what they are exempt from."""

import pytest
from services.portal.tests import realm
from services.portal.tests.browser.province import Province, stewarded
from services.portal.tests.browser.screen import chromium, screen
from services.warehouse.tests import make

from saola.apis.warehouse.v1.exemptions_pb2 import CreateExemptionRequest, Exemption
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.testing.plugin import World

SAID = {
    "do": "save",
    "valid_from": "20/11/2026",
    "valid_to": "01/12/2026",
    "reason": "Lũ quét, mất điện",
    "request_id": "once",
}


async def exempt(here: Province, form: str = "") -> Exemption:
    asked = Exemption(
        agency=make.agency(here.unit),
        form=form,
        valid_from="2026-11-20",
        valid_to="2026-12-01",
        reason="Lũ quét, mất điện",
    )
    stub = here.world.person("steward", "steward", of=here.top).asks(ExemptionsServiceStub)
    return await stub.CreateExemption(CreateExemptionRequest(exemption=asked))


async def test_a_unit_is_exempt_and_owes_again_without_script(world: World) -> None:
    here = await stewarded(world, 3)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}/{here.form}/obligations?q=tu+phap")
        await page.click(".data a:text-is('Miễn')")
        assert await page.locator(".picks input:checked").count() == 1
        await page.fill("#valid_to", "19/11/2026")
        await page.click(".actions button")
        await page.wait_for_selector("#reason[aria-invalid]")
        assert "phải sau ngày bắt đầu" in await page.inner_text("#e-valid_to")
        await page.fill("#valid_to", "01/12/2026")
        await page.fill("#reason", "Lũ quét, mất điện")
        await page.click(".actions button")
        await page.wait_for_selector(".note.good")
        line = await page.inner_text(".data tbody tr")
        assert "Sở Tư pháp" in line
        assert "từ 20/11/2026 đến trước 01/12/2026" in line
        assert "Lũ quét, mất điện" in line

        await page.click("a:text('Thu hồi')")
        await page.click(".actions button")
        await page.wait_for_selector("#reason[aria-invalid]")
        await page.fill("#reason", "Đã có điện")
        await page.click(".actions button")
        await page.wait_for_selector(".note.good")
        assert "Chưa có đơn vị nào được miễn" in await page.inner_text("main")
        await page.goto(f"{here.address}/exemptions?which=all")
        assert "Đã có điện" in await page.inner_text(".data tbody")


async def test_many_are_chosen_and_each_that_cannot_be_exempt_says_why(world: World) -> None:
    here = await stewarded(world, 3)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(here.address, "thu")
        await page.goto(f"{here.address}/exemptions")
        await page.click("a:text('Miễn báo cáo cho đơn vị')")
        await page.click("button[value=save]")
        await page.wait_for_selector("#reason[aria-invalid]")
        assert "ít nhất một đơn vị" in await page.inner_text("#e-agency")
        await page.select_option("#form", here.form)
        await page.fill("#valid_to", "01/12/2026")
        await page.fill("#reason", "Lũ quét, mất điện")
        await page.click("button[value=all]")
        assert await page.input_value("#reason") == "Lũ quét, mất điện"
        await page.click("button[value=save]")
        await page.wait_for_selector("#e-agency")
        assert "1 đơn vị không được miễn" in await page.inner_text("#e-agency")
        wrong = page.locator(".picks li", has=page.locator(".cell-error"))
        assert await wrong.count() == 1
        assert "không phải báo cáo biểu YT-01" in await wrong.inner_text()
        await wrong.locator("input").uncheck()
        await page.click("button[value=save]")
        await page.wait_for_selector(".note.good")
        assert await page.inner_text(".note.good") == "Đã miễn báo cáo cho 3 đơn vị."
        assert await page.locator(".data tbody tr").count() == 3


async def test_what_is_sent_twice_is_done_once_and_what_is_taken_back_stays_so(
    world: World,
) -> None:
    here = await stewarded(world, 3)
    said = SAID | {"agency": make.agency(here.unit), "form": here.form}
    place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "thu", **place)
        answers = [await client.post("/exemptions/new", data=said) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        listed = await client.get("/exemptions")
        assert "1 lượt miễn" in listed.text
        made = await exempt(here)
        own = f"/{made.name}/revoke"
        back = {"etag": made.etag, "reason": "Đã có điện"}
        answers = [await client.post(own, data=back) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 422]
        assert "đã bị thu hồi: Đã có điện" in answers[1].text


async def test_a_unit_sees_its_own_exemptions_and_changes_none(world: World) -> None:
    here = await stewarded(world, 3)
    made = await exempt(here)
    async with realm.browser(here.address) as client:
        await realm.sign_in(world, client, "lan", positions=[f"{here.unit}|official"])
        mine = await client.get("/exemptions")
        assert "Lũ quét, mất điện" in mine.text
        assert "Thu hồi" not in mine.text
        for path in ("/exemptions/new", f"/{made.name}/revoke"):
            assert (await client.get(path)).status_code == 403
            assert (await client.post(path, data=SAID)).status_code == 403
        await realm.sign_in(world, client, "nam", positions=[f"{here.units[-1]}|official"])
        assert "Lũ quét" not in (await client.get("/exemptions")).text
        place = {"roles": ["steward"], "positions": [f"{here.top}|official"]}
        await realm.sign_in(world, client, "thu", **place)
        assert (await client.get(f"/exemptions/{here.top}/revoke")).status_code == 404


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "vi"), (1280, "en")])
async def test_nothing_keeps_anybody_out_of_the_exemptions(
    world: World, width: int, language: str
) -> None:
    here = await stewarded(world, 3)
    await exempt(here, here.form)
    made = await exempt(here)
    paths = {
        "list": f"/exemptions?form={here.form.removeprefix('forms/')}",
        "all": "/exemptions?which=all",
        "new": "/exemptions/new",
        "revoke": f"/{made.name}/revoke",
    }
    flaws = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        await seen.sign_in(here.address, "thu")
        for name, path in paths.items():
            await seen.page.goto(here.address + path)
            flaws[name] = await seen.flaws()
            await seen.shot(f"exemptions-{name}-{language}-{width}")
        await seen.page.goto(here.address + paths["new"])
        await seen.page.select_option("#form", here.form)
        await seen.page.click("button[value=all]")
        await seen.page.fill("#reason", "Lũ quét, mất điện")
        await seen.page.fill("#valid_to", "01/12/2026")
        await seen.page.click("button[value=save]")
        await seen.page.wait_for_selector("#e-agency")
        seen.errors.clear()  # the browser notes the refusal
        flaws["wrong"] = await seen.flaws()
        await seen.shot(f"exemptions-wrong-{language}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}
