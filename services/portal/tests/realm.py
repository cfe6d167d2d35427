"""The portal in a world with an issuer where people sign in, and a client that does so."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import urljoin

import httpx

from saola.edges.portal.app import app
from saola.edges.portal.settings import Settings
from saola.kit.app import App
from saola.testing.plugin import World

PERSON = {"name": "Lò Thị Hương", "roles": ["reporter", "approver", "leader"], "positions": []}


def placed(world: World) -> App:
    """The portal, knowing where the files of this world's services are."""
    places = {
        name: f"http://127.0.0.1:{one.port}/{name}/files" for name, one in world.running.items()
    }

    class Placed(Settings):
        files: str = "http://127.0.0.1:9/{0}/files"
        files_of: dict[str, str] = places

    return replace(app, settings=Placed)


async def portal(world: World) -> str:
    """The address of a portal that runs."""
    world.site.secret("sessions-key", "a key of the tests")
    await world.run(placed(world))
    return f"http://127.0.0.1:{world.running['portal'].port}"


@asynccontextmanager
async def browser(address: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    said = {"sec-fetch-site": "same-origin", "accept-language": "vi"} | headers
    async with httpx.AsyncClient(base_url=address, headers=said, timeout=20) as client:
        yield client


async def sign_in(world: World, client: httpx.AsyncClient, user: str, **claims: object) -> None:
    """By the code flow, as a browser goes it. Cookies are kept by the client."""
    world.site.issuer.realm.people[user] = PERSON | claims
    door = (await client.get("/account/sign-in?back=/account")).headers["location"]
    back = await client.post(door, data={"username": user})
    there = await client.get(urljoin(str(client.base_url), back.headers["location"]))
    assert there.status_code == 303, there.text
