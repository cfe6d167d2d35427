"""What the rules of a form find, as its reporter and its approver see it in the browser."""

import pytest
from services.portal.tests.browser.province import Province, province
from services.portal.tests.browser.screen import chromium, screen
from services.warehouse.tests import make

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.obligations_pb2 import CreateObligationRequest, Obligation
from saola.testing.plugin import World

LINES = [
    make.Item(code=code, label_vi=vi, label_en=en, unit="em", value_type=Form.VALUE_TYPE_INTEGER)
    for code, vi, en in (
        ("boys", "Học sinh nam", "Boys"),
        ("girls", "Học sinh nữ", "Girls"),
        ("all", "Tổng số học sinh", "All pupils"),
    )
]
TOTAL = Form.Rule(
    code="TOTAL",
    title_vi="Nam cộng nữ bằng tổng số",
    title_en="Boys and girls make all",
    severity=Form.SEVERITY_ERROR,
    comparison=Form.Comparison(
        left=Form.Side(expression="boys + girls"),
        operator=Form.OPERATOR_EQUAL_TO,
        right=Form.Side(expression="all"),
    ),
)
FEW = Form.Rule(
    code="FEW",
    title_vi="Tổng số học sinh thường dưới 400",
    title_en="Pupils are usually below 400",
    severity=Form.SEVERITY_WARNING,
    range=Form.Range(item="all", maximum="400"),
)


async def ruled(site: Province) -> str:
    """Where the reporter writes a report whose form has rules."""
    asked = make.draft(*LINES, code="GD-01")
    asked.title_vi, asked.title_en = "Báo cáo sĩ số ngày", "Daily head count"
    asked.rules.extend([TOTAL, FEW])
    form = await make.published(site.world, asked)
    owed = Obligation(agency=make.agency(site.unit), form=form, valid_from="2026-01-01")
    stub = make.obligations_of(site.world.person("steward", "steward", of=site.top))
    await stub.CreateObligation(CreateObligationRequest(obligation=owed))
    await site.world.settle()
    return f"{site.address}/reports/{site.unit}/{form.removeprefix('forms/')}/{make.TODAY}"


@pytest.mark.parametrize(("width", "language"), [(1280, "vi"), (390, "en")])
async def test_an_error_is_corrected_and_a_warning_is_explained_before_it_is_sent(
    world: World, width: int, language: str
) -> None:
    site = await province(world, 2)
    entry = await ruled(site)
    async with chromium() as browser:
        async with screen(browser, width, language) as seen:
            page = seen.page
            await seen.sign_in(site.address, "lan")
            await page.goto(entry)
            for code, value in {"boys": "300", "girls": "200", "all": "501"}.items():
                await page.fill(f"#v-{code}", value)
            await page.click("button[value=submit]")
            await page.wait_for_selector("#found.bad")
            assert await page.locator("#found li").count() == 2
            assert "500" in await page.inner_text("tr.msg .cell-error.bad")
            seen.errors.clear()  # the browser notes the refusal
            assert await seen.flaws() == []
            await seen.shot(f"rules-error-{language}-{width}")

            await page.goto(entry)  # as somebody who comes back to it later
            await page.fill("#v-all", "500")
            await page.click("button[value=save]")
            await page.wait_for_selector("#found.watch")
            await page.click("#found a")
            assert await page.evaluate("location.hash") == "#n-all"
            assert await seen.flaws() == []
            await seen.shot(f"rules-warning-{language}-{width}")
            await page.fill("#n-all", "Gộp điểm trường Nà Cạn")
            await page.click("button[value=submit]")
            await page.wait_for_url("**/submissions/*")
            said = await page.inner_text("#found")
            assert "đã giải trình" in said or "explained" in said
            report = page.url
        async with screen(browser, width, language) as seen:
            await seen.sign_in(site.address, "chair", "/inbox")
            await seen.page.press("#lines summary", "Enter")
            assert "400" in await seen.page.inner_text("#lines details li")
            assert await seen.flaws() == []
            await seen.shot(f"rules-inbox-{language}-{width}")
            await seen.page.goto(report)
            assert "400" in await seen.page.inner_text("tr.msg .cell-error.watch")
            assert await seen.flaws() == []
            await seen.shot(f"rules-report-{language}-{width}")


async def test_a_warning_may_be_sent_with_a_word_or_without_any_once_it_was_seen(
    world: World,
) -> None:
    site = await province(world, 2)
    entry = await ruled(site)
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(site.address, "lan")
        await page.goto(entry)
        for code, value in {"boys": "300", "girls": "200", "all": "500"}.items():
            await page.fill(f"#v-{code}", value)
        await page.click("button[value=submit]")
        await page.wait_for_selector(".summary.calm")
        await page.fill("#note", "Đã đối chiếu với trường")
        await page.click("button[value=submit]")
        await page.wait_for_url("**/submissions/*")
        assert "Đã đối chiếu với trường" in await page.inner_text("main")
