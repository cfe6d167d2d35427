"""What a page costs a browser: its bytes, when its largest part is painted, and what shifts.

A headless Chromium with nothing kept, on a processor four times slower and a line of 1.6 Mbit/s
with 150 ms: the middle of some visits to each page. The bounds are those of the portal.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.world import DATA, HERE
from saola.client.site import Site
from saola.deploy.demo.province import Province
from saola.parts import browser as part

VISITS = 5
SLOWER, LATENCY, LINE = 4, 150, 1_600_000 // 8  # times, ms, bytes a second
QUIET = 1.5  # seconds after which a page is taken to be whole
BYTES, PAINTED, SHIFTED = 120_000, 2.5, 0.02
WATCH = """
  window.seen = { painted: 0, shifted: 0 };
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) seen.painted = one.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) seen.shifted += one.value;
  }).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Visit:
    """`painted` in seconds."""

    fetched: int
    painted: float
    shifted: float


@dataclass(frozen=True)
class Account:
    name: str
    password: str


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    program = part.install(HERE / "build")
    environment: dict[str, str | float | bool] = {
        "LD_LIBRARY_PATH": str(part.libraries(program)),
        "HOME": str(HERE / "build"),
    }
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=str(program), args=list(part.ARGUMENTS), env=environment
        )
        try:
            yield launched
        finally:
            await launched.close()


async def signed_in(browser: Browser, portal: str, account: Account) -> Any:
    """What a browser keeps of a session: nothing but cookies."""
    context = await browser.new_context(locale="vi-VN")
    page = await context.new_page()
    page.set_default_timeout(60_000)
    await page.goto(f"{portal}/account/sign-in?back=/account")
    await page.fill("[name=username]", account.name)
    await page.fill("[name=password]", account.password)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{portal}/account")
    state = await context.storage_state()
    await context.close()
    return state


async def first_link(browser: Browser, address: str, state: Any, link: str) -> str:
    """Where the first link of that kind on a page leads."""
    context = await browser.new_context(storage_state=state)
    page = await context.new_page()
    await page.goto(address)
    found = await page.locator(link).first.get_attribute("href", timeout=10_000)
    await context.close()
    return str(found)


async def visit(browser: Browser, address: str, state: Any) -> Visit:
    context = await browser.new_context(
        storage_state=state, locale="vi-VN", viewport={"width": 1280, "height": 800}
    )
    page = await context.new_page()
    page.set_default_timeout(60_000)
    fetched = await _slowed(page)
    await page.add_init_script(WATCH)
    await page.goto(address)
    await asyncio.sleep(QUIET)
    seen = await page.evaluate("seen")
    await context.close()
    return Visit(sum(fetched), seen["painted"] / 1000, seen["shifted"])


async def _slowed(page: Page) -> list[int]:
    """A slow machine on a slow line; counts the bytes that come over it, headers too."""
    session, fetched = await page.context.new_cdp_session(page), list[int]()
    await session.send("Network.enable")
    line = {"latency": LATENCY, "downloadThroughput": LINE, "uploadThroughput": LINE}
    await session.send("Network.emulateNetworkConditions", {"offline": False, **line})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.on(
        "Network.loadingFinished", lambda told: fetched.append(int(told["encodedDataLength"]))
    )
    return fetched


def within(visits: Sequence[Visit]) -> str:
    """The middle of the visits beside the bounds."""
    bytes_, painted, shifted = (
        median(getattr(one, name) for one in visits) for name in ("fetched", "painted", "shifted")
    )
    worst = max(one.painted for one in visits)
    flaws = [
        name
        for name, found, most in (
            ("bytes", bytes_, BYTES),
            ("LCP", painted, PAINTED),
            ("CLS", shifted, SHIFTED),
        )
        if found > most
    ]
    said = f"{bytes_ / 1000:.0f} KB, LCP {painted:.2f} s (worst {worst:.2f}), CLS {shifted:.3f}"
    return said + (f"  TOO MUCH: {', '.join(flaws)}" if flaws else "")


async def measure(site: Site, scale: float) -> bool:
    """Whether all keep within the bounds."""
    portal, password = site.portal, (DATA / "secrets/account-demo").read_text().strip()
    unit, fine = Province.load(scale).units[0].code.lower(), True
    async with chromium() as browser:
        leader = await signed_in(browser, portal, Account("lanhdao", password))
        reporter = await signed_in(browser, portal, Account(f"{unit}.nhap", password))
        approver = await signed_in(browser, portal, Account(f"{unit}.duyet", password))
        entry = await first_link(browser, f"{portal}/reports?show=open", reporter, ".data th a")
        report = await first_link(browser, f"{portal}/inbox", approver, ".data th a")
        pages = {
            "overview": ("/", leader),
            "board": ("/board", leader),
            "rates": ("/rates", leader),
            "budget": ("/budget", leader),
            "a report to write": (entry, reporter),
            "a report to approve": (report, approver),
        }
        for name, (path, state) in pages.items():
            await visit(browser, portal + path, state)  # the portal has drawn and zipped it
            said = within([await visit(browser, portal + path, state) for _ in range(VISITS)])
            fine &= "TOO MUCH" not in said
            print(f"{name:20} {said}", flush=True)
    return fine


def main() -> None:
    if not (DATA / "site.json").exists():
        sys.exit("No site runs here. Start one with `make up`.")
    site = Site.load(DATA / "site.json")
    scale = float(sys.argv[1]) if sys.argv[1:] else 1.0
    sys.exit(0 if asyncio.run(measure(site, scale)) else "Some pages cost too much.")


if __name__ == "__main__":
    main()
