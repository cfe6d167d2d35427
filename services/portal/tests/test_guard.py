"""What stands before every page."""

import pytest

from saola.edges.portal.assets import asset
from saola.edges.portal.guard import foreign
from saola.testing.plugin import World

from .realm import browser, portal, sign_in

OURS = [
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"origin": "https://saola.example", "host": "saola.example"},
]
OTHERS = [
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site"},
    {"origin": "https://elsewhere.example", "host": "saola.example"},
    {"origin": "null", "host": "saola.example"},
    {"host": "saola.example"},
    {},
]


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_may_send_forms(headers: dict[str, str]) -> None:
    assert not foreign("POST", headers)


@pytest.mark.parametrize("headers", OTHERS)
def test_others_and_the_silent_may_only_ask(headers: dict[str, str]) -> None:
    assert foreign("POST", headers)
    assert not foreign("GET", headers)


async def test_a_form_of_another_site_is_refused_before_anything_is_read(world: World) -> None:
    async with browser(await portal(world), **{"sec-fetch-site": "cross-site"}) as client:
        sent = await client.post("/submissions/00000000-0000-0000-0000-000000000001")
        assert sent.status_code == 403


async def test_every_answer_says_what_a_page_may_load(world: World) -> None:
    async with browser(await portal(world)) as client:
        for path in ("/account/signed-out", "/", "/nowhere", "/static/none.css", "/live"):
            headers = (await client.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["cross-origin-resource-policy"] == "same-origin"


async def test_files_are_packed_and_kept_for_a_year(world: World) -> None:
    async with browser(await portal(world)) as client:
        page = (await client.get("/account/signed-out")).text
        style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        given = await client.get(style, headers={"accept-encoding": "gzip"})
        assert given.headers["content-encoding"] == "gzip"
        assert given.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await client.get("/static/..%2fapp.py")).status_code == 404


async def test_a_page_of_another_release_gets_what_there_is_but_may_not_keep_it(
    world: World,
) -> None:
    async with browser(await portal(world)) as client:
        style = await client.get(asset("portal.css"))
        other = await client.get("/static/portal-0LDRE1EA.css")
        assert (other.status_code, other.content) == (200, style.content)
        assert other.headers["cache-control"] == "no-store"
        assert (await client.get("/static/none-0LDRE1EA.css")).status_code == 404


async def test_nobody_keeps_a_page(world: World) -> None:
    async with browser(await portal(world)) as client:
        await sign_in(world, client, "an")
        assert (await client.get("/account")).headers["cache-control"] == "private, no-cache"


async def test_what_is_not_there_is_told_by_a_page(world: World) -> None:
    async with browser(await portal(world)) as client:
        lost = await client.get("/no/such/page")
        assert lost.status_code == 404
        assert "Không có gì ở đây" in lost.text


async def test_a_service_that_is_silent_leaves_the_rest_of_a_page_standing(world: World) -> None:
    async with browser(await portal(world)) as client:
        await sign_in(world, client, "an")
        page = await client.get("/")
        assert page.status_code == 200
        assert page.text.count("hiện không trả lời") == 2
        silent = await client.get("/board")
        assert silent.status_code == 503
        assert 'href="/board"' in silent.text


async def test_a_dead_session_loses_nothing_that_was_typed(world: World) -> None:
    async with browser(await portal(world)) as client:
        path = "/submissions/00000000-0000-0000-0000-000000000001"
        said = await client.post(path, data={"do": "approve"}, headers={"hx-request": "true"})
        assert said.status_code == 401
        assert said.headers["hx-retarget"] == "#said"
        assert 'target="_blank"' in said.text
