"""Each page in both languages, on a desk and on a phone: nothing serious for axe-core, no noise."""

import pytest
from services.portal.tests.browser.leaders import leading
from services.portal.tests.browser.province import Province, province
from services.portal.tests.browser.screen import chromium, screen

from saola.testing.plugin import World


async def busy(world: World) -> tuple[Province, str]:
    """Some have sent, some are at it, some have not begun; one report has been sent back."""
    site = await province(world, 38)
    for unit in site.units[3:26]:
        sent = await site.submit(unit)
    for unit in site.units[27:33]:
        await site.enter(unit, visits="1")
    await world.settle()
    return site, sent.name


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_nothing_keeps_anybody_out_of_a_page(world: World, language: str, width: int) -> None:
    site, report = await busy(world)
    entry = site.entry.removeprefix(site.address)
    pages = {
        "chair": {
            "overview": "/",
            "board": "/board",
            "agency": f"/board/{site.units[4]}",
            "inbox": "/inbox",
            "report": f"/{report}",
            "search": "/search?q=b",
            "account": "/account",
        },
        "lan": {
            "reports": "/reports",
            "open": "/reports?show=open",
            "sent": "/reports?show=sent&q=bao",
            "entry": entry,
        },
    }
    found = {}
    async with chromium() as browser:
        for user, paths in pages.items():
            async with screen(browser, width, language) as seen:
                await seen.sign_in(site.address, user)
                for name, path in paths.items():
                    await seen.page.goto(site.address + path)
                    await seen.page.wait_for_selector(".shell")
                    found[name] = await seen.flaws()
                    await seen.shot(f"{name}-{language}-{width}")
    assert {name: flaws for name, flaws in found.items() if flaws} == {}


@pytest.mark.parametrize("width", [1280, 390])
async def test_a_refused_form_and_the_dark_theme_keep_nobody_out_either(
    world: World, width: int
) -> None:
    site = await province(world)
    async with chromium() as browser, screen(browser, width) as seen:
        await seen.sign_in(site.address, "lan")
        await seen.page.goto(f"{site.address}/account/set/theme/dark?back=/board")
        assert await seen.flaws() == []
        await seen.shot(f"board-dark-{width}")
        await seen.page.goto(site.entry)
        await seen.page.fill("#v-visits", "1,204.5")
        await seen.page.fill("#v-beds", "x")
        await seen.page.click("button[value=submit]")
        await seen.page.wait_for_selector(".summary")
        seen.errors.clear()  # the browser itself notes the 422
        assert await seen.flaws() == []
        await seen.shot(f"refused-dark-{width}")


async def test_a_planted_style_is_seen_to_be_refused(world: World) -> None:
    """Else the absence of reports would prove nothing."""
    site = await province(world)
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(site.address, "lan")
        planted = "document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')"
        await seen.page.evaluate(planted)
        assert any("Content Security Policy" in error for error in seen.errors)


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1280, "vi", "light"), (390, "en", "dark"), (3840, "vi", "dark")],
)
async def test_the_leaders_pages_keep_nobody_out(
    world: World, width: int, language: str, theme: str
) -> None:
    found = await leading(world)
    paths = {
        "overview": "/",
        "field": "/fields/budget",
        "indicator": "/indicators/NS.DTC",
        "map": "/indicators/NS.THU",
        "area": f"/indicators/NS.THU/{found.areas[0]}",
        "unit": f"/indicators/NS.DTC/agencies/{found.site.unit}?as_of=2026-11-20T12:00",
    }
    flaws = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        await seen.sign_in(found.site.address, "chair")
        await seen.page.goto(f"{found.site.address}/account/set/theme/{theme}?back=/account")
        for name, path in paths.items():
            await seen.page.goto(found.site.address + path)
            await seen.page.wait_for_selector(".map a" if name == "overview" else ".shell")
            flaws[name] = await seen.flaws()
            await seen.shot(f"leader-{name}-{language}-{theme}-{width}")
    assert {name: said for name, said in flaws.items() if said} == {}
