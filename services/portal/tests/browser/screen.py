"""A real browser, a page in it, and what one looks for on a page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Request, async_playwright

from saola.parts import browser as part

ROOT = Path(__file__).parents[4]
SHOTS = ROOT / "build/screenshots"
AXE = ROOT / "services/portal/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Screen:
    """One page, what went wrong in it, and what it fetched."""

    page: Page
    errors: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    async def sign_in(self, address: str, user: str, back: str = "/account") -> None:
        await self.page.goto(f"{address}/account/sign-in?back={back}")
        await self.page.fill("[name=username]", user)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_url(f"{address}{back}")

    async def flaws(self) -> list[str]:
        """What axe-core finds, and what sticks out of the window."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        options = {"runOnly": RULES, "resultTypes": ["violations"]}
        found: Any = await self.page.evaluate("options => axe.run(document, options)", options)
        flaws = [
            f"{one['id']} ({one['impact']}): {node['html'][:160]} {node.get('failureSummary', '')}"
            for one in found["violations"]
            for node in one["nodes"][:3]
        ]
        wide = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return flaws + ([f"{wide} px stick out"] if wide > 0 else []) + self.errors

    async def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    program = part.install(ROOT / "build")
    async with async_playwright() as playwright:
        environment = {"LD_LIBRARY_PATH": str(part.libraries(program)), "HOME": str(ROOT / "build")}
        launched = await playwright.chromium.launch(
            executable_path=str(program), args=list(part.ARGUMENTS), env=environment
        )
        try:
            yield launched
        finally:
            await launched.close()


@asynccontextmanager
async def screen(
    browser: Browser,
    width: int = 1280,
    language: str = "vi",
    *,
    script: bool = True,
    strange: bool = False,
) -> AsyncIterator[Screen]:
    context = await browser.new_context(
        viewport={"width": width, "height": 844 if width < 700 else 800},
        locale="en-GB" if language == "en" else "vi-VN",
        java_script_enabled=script,
        reduced_motion="reduce",
        ignore_https_errors=strange,  # nobody vouches for the certificate
    )
    page = await context.new_page()
    page.set_default_timeout(15_000)
    seen = Screen(page)
    page.on("console", lambda said: seen.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))

    def note(request: Request) -> None:
        if request.resource_type != "eventsource":
            seen.fetched.append(request.url)

    page.on("request", note)
    try:
        yield seen
    finally:
        await context.close()
