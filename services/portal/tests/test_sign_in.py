"""Signing in and out."""

import asyncio
from urllib.parse import urljoin

import pytest

from saola.testing.plugin import World

from .realm import browser, portal, sign_in


async def test_who_is_not_signed_in_is_sent_to_the_door_and_comes_back_to_the_page(
    world: World,
) -> None:
    async with browser(await portal(world)) as client:
        world.site.issuer.realm.people["an"] = {"name": "Lò Văn An", "roles": ["leader"]}
        sent = await client.get("/account?x=1")
        assert sent.headers["location"] == "/account/sign-in?back=/account%3Fx%3D1"
        door = await client.get(sent.headers["location"])
        back = await client.post(door.headers["location"], data={"username": "an"})
        home = await client.get(back.headers["location"])
        assert home.headers["location"] == "/account?x=1"
        page = await client.get("/account")
        assert page.status_code == 200
        assert "Lò Văn An" in page.text
        assert "lãnh đạo" in page.text


async def test_the_browser_holds_no_token(world: World) -> None:
    async with browser(await portal(world)) as client:
        await sign_in(world, client, "an")
        (cookie,) = client.cookies.jar
        assert cookie.name == "saola"
        assert len(cookie.value or "") == 43
        assert cookie.has_nonstandard_attr("HttpOnly")


async def test_an_answer_to_a_question_of_another_browser_is_refused(world: World) -> None:
    address = await portal(world)
    async with browser(address) as one, browser(address) as other:
        world.site.issuer.realm.people["an"] = {}
        door = (await one.get("/account/sign-in")).headers["location"]
        back = (await one.post(door, data={"username": "an"})).headers["location"]
        refused = await other.get(back)
        assert refused.status_code == 400
        assert "saola" not in other.cookies


async def test_no_way_leads_out_of_the_site(world: World) -> None:
    async with browser(await portal(world)) as client:
        for away in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
            sent = await client.get("/account/set/theme/dark", params={"back": away})
            assert sent.headers["location"] == "/"


async def test_a_token_near_its_end_is_renewed_once_whoever_asks(world: World) -> None:
    realm = world.site.issuer.realm
    realm.life, realm.refreshed = 20, 0
    try:
        async with browser(await portal(world)) as client:
            await sign_in(world, client, "an")
            realm.life = 300
            pages = await asyncio.gather(*(client.get("/account") for _ in range(8)))
            assert {page.status_code for page in pages} == {200}
            assert realm.refreshed == 1
    finally:
        realm.life = 300


async def test_who_signs_out_is_out_here_and_at_the_issuer(world: World) -> None:
    async with browser(await portal(world)) as client:
        await sign_in(world, client, "an")
        left = await client.get("/account/sign-out")
        assert left.headers["location"].startswith(f"{world.site.issuer.url}/logout?")
        back = await client.get(left.headers["location"])
        assert back.headers["location"] == urljoin(str(client.base_url), "/account/signed-out")
        assert (await client.get("/account")).status_code == 303


async def test_a_link_of_another_site_signs_nobody_out(world: World) -> None:
    async with browser(await portal(world)) as client:
        await sign_in(world, client, "an")
        asked = await client.get("/account/sign-out", headers={"sec-fetch-site": "cross-site"})
        assert asked.status_code == 200
        assert (await client.get("/account")).status_code == 200


async def test_a_session_that_ends_at_the_issuer_ends_here(world: World) -> None:
    address = await portal(world)
    async with browser(address) as client:
        await sign_in(world, client, "binh")
        realm = world.site.issuer.realm
        realm.back_channel = f"{address}/account/back-channel"
        assert await asyncio.to_thread(realm.end, "binh") == [200]
        assert (await client.get("/account")).status_code == 303


async def test_a_forged_logout_token_ends_nothing(world: World) -> None:
    async with browser(await portal(world)) as client:
        await sign_in(world, client, "an")
        token = world.site.issuer.token("an", aud="portal", sid="x")  # says of no logout
        sent = await client.post("/account/back-channel", data={"logout_token": token})
        assert sent.status_code == 400
        assert (await client.get("/account")).status_code == 200


async def test_an_open_stream_ends_with_the_session(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAOLA_PORTAL_BEAT", "0.05")
    async with browser(await portal(world)) as client, asyncio.timeout(10):
        await sign_in(world, client, "an")
        async with client.stream("GET", "/live") as stream:
            said = stream.aiter_bytes()
            assert b"event: beat" in await anext(said)
            await client.get("/account/sign-out")
            async for _ in said:
                pass
        assert (await client.get("/live")).status_code in (303, 401)
