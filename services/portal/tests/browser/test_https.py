"""Cookies where the portal is reached by https, in a browser that knows what `__Host-` promises."""

from dataclasses import replace
from pathlib import Path

from services.portal.tests import realm
from services.portal.tests.browser.front import HOST, front
from services.portal.tests.browser.screen import chromium, screen

from saola.edges.portal.app import app
from saola.edges.portal.settings import Settings
from saola.parts.part import free_port
from saola.testing.plugin import World


async def test_the_session_is_bound_to_the_host_and_ends_with_the_sign_out(
    world: World, tmp_path: Path
) -> None:
    port = free_port()
    address = f"https://{HOST}:{port}"

    class Public(Settings):
        public: str = address

    world.site.secret("sessions-key", "a key of the tests")
    world.site.issuer.realm.people["lan"] = realm.PERSON
    await world.run(replace(app, settings=Public))
    behind = world.running["portal"].port
    async with (
        front(tmp_path, port, behind),
        chromium() as browser,
        screen(browser, strange=True) as seen,
    ):
        await seen.sign_in(address, "lan")
        [kept] = await seen.page.context.cookies(address)
        assert kept["name"] == "__Host-saola"
        assert (kept["secure"], kept["httpOnly"], kept["sameSite"]) == (True, True, "Lax")
        assert (kept["domain"], kept["path"]) == (HOST, "/")

        await seen.page.goto(f"{address}/account/sign-out")
        assert await seen.page.context.cookies(address) == []
