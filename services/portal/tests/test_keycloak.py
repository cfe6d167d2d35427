"""Signing in at a real Keycloak: its form, its codes, its refresh, and signing out there too."""

import html
import re
from dataclasses import replace

import httpx
import pytest

from saola.deploy.plugin import Keycloak
from saola.deploy.realm.begin import administration
from saola.edges.portal.app import app
from saola.edges.portal.edge import Edge
from saola.edges.portal.settings import Settings
from saola.testing.plugin import World

from .realm import browser

pytestmark = pytest.mark.timeout(600)  # Keycloak starts slowly on a busy machine
NAME = "lan-of-the-portal"
PASSWORD = "Hoa ban trắng nở 2026"


class Public(Settings):
    """Where the realm believes the portal to be."""

    public: str = "http://127.0.0.1:8000"


def kept(client: httpx.AsyncClient) -> None:
    """Keycloak's cookies are `Secure` on a loopback over http too, and httpx would drop them."""
    for cookie in client.cookies.jar:
        cookie.secure = False


async def test_one_signs_in_is_renewed_and_signs_out_at_keycloak_too(
    world: World, realm: Keycloak
) -> None:
    admin = administration(realm.settings)
    person = {
        "username": NAME,
        "enabled": True,
        "firstName": "Lan",
        "lastName": "Lò Thị",
        "email": f"{NAME}@example.vn",
        "emailVerified": True,
        "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
    }
    lan = admin.create_user(person)
    admin.assign_realm_roles(lan, [admin.get_realm_role("leader")])
    platform = world.platform()
    platform.issuer, platform.secrets = realm.issuer, realm.settings.secrets
    await world.run(replace(app, settings=Public), platform=platform)
    portal = world.running["portal"]

    async with browser(f"http://127.0.0.1:{portal.port}") as client:
        door = (await client.get("/account/sign-in?back=/account")).headers["location"]
        form = re.search(r'action="([^"]+)"', (await client.get(door)).text)
        kept(client)
        assert form, "Keycloak shows no form"
        entered = {"username": NAME, "password": PASSWORD}
        back = await client.post(html.unescape(form[1]), data=entered)
        kept(client)
        there = back.headers["location"].removeprefix(Public().public)
        assert (await client.get(there)).headers["location"] == "/account"
        page = (await client.get("/account")).text
        assert "lãnh đạo" in page

        sessions = Edge.of(portal.service).sessions
        id = client.cookies["saola"]
        before = await sessions.current(id)
        assert before
        renewed = await Edge.of(portal.service).provider.refresh(before.refresh)
        assert renewed.access != before.access

        out = (await client.get("/account/sign-out")).headers["location"]
        assert (await client.get(out)).headers["location"].startswith(Public().public)
        assert admin.get_sessions(lan) == []
