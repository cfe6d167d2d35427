"""The live board's fragment: what who has heard of news is shown of a look that is shared."""

import httpx
from services.portal.tests.browser.province import province

from saola.testing.plugin import World

from .realm import browser, sign_in


async def cells(client: httpx.AsyncClient, heard: str) -> httpx.Response:
    return await client.get("/board/cells", headers={"saola-heard": heard})


async def test_a_shared_look_shows_nobody_more_than_they_may_see(world: World) -> None:
    site = await province(world)
    people = world.site.issuer.realm.people
    async with (
        browser(site.address) as chair,
        browser(site.address) as lan,
        browser(site.address) as clerk,
        browser(site.address) as nobody,
    ):
        for client, user in ((chair, "chair"), (lan, "lan")):
            await sign_in(world, client, user, **people[user])
        await sign_in(world, clerk, "clerk", roles=[], positions=people["chair"]["positions"])
        heard = await site.news()
        assert (await cells(chair, heard)).text.count('id="c-') == len(site.units)
        assert (await cells(lan, heard)).text.count('id="c-') == 1
        assert (await cells(clerk, heard)).status_code == 403
        assert (await cells(nobody, heard)).status_code in (303, 401)


async def test_who_has_heard_of_a_report_is_shown_it(world: World) -> None:
    site = await province(world)
    async with browser(site.address) as chair:
        await sign_in(world, chair, "chair", **world.site.issuer.realm.people["chair"])
        before = await site.news()
        assert "cell in" not in (await cells(chair, before)).text
        await site.submit(site.units[2])
        after = await site.news()
        assert (await cells(chair, after)).text.count('class="cell in"') == 1
