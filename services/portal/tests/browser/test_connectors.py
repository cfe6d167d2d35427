"""Connectors in a real browser: said, tried, run, and looked at, with a source that answers."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from services.connectors.tests import make
from services.connectors.tests.source import HTML, Reply, Source, source
from services.identity.tests import make as identity
from services.portal.tests import realm
from services.portal.tests.browser.screen import Screen, chromium, screen

from saola.directory.tree import Parent
from saola.services.connectors.app import app
from saola.services.identity.domain.agencies import Kind, Said
from saola.services.identity.models.agencies import Agency
from saola.testing.plugin import World

RUN = re.compile(r"/connectors/[0-9a-f-]{36}/runs/")


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch, objects: str) -> Iterator[Source]:
    assert objects
    with source() as one:
        make.allow(monkeypatch, one)
        yield one


async def site(world: World) -> tuple[str, str]:
    """A province with its pages and a form that departments owe; the address and the form."""
    world.now = make.NOON
    world.site.secret("connectors-seal", "a secret of the tests that seals others")
    await world.run(identity.app, make.warehouse, app)
    await _found(world)
    people = world.site.issuer.realm.people
    place = {"positions": [f"{make.ROOT}|official"]}
    people["thu"] = {"name": "Vàng A Thu", "roles": ["steward"], **place}
    people["lan"] = {"name": "Lò Thị Lan", "roles": ["reporter"]} | {
        "positions": [f"{make.HEALTH}|official"]
    }
    form = await make.declare(world)
    return await realm.portal(world), form


async def _found(world: World) -> None:
    """The agencies, in the directory and in each copy of it."""
    since, at = date(2020, 1, 1), world.now
    async with world.unit("identity") as unit:
        for id, title in make.NAMES.items():
            said = Said(title, Kind.DEPARTMENT, since, code=f"A{id.int}")
            above = [] if id == make.ROOT else [Parent(make.ROOT, since)]
            await unit.add(Agency.found(said, above, at, at.date(), id))
    for service in ("warehouse", "connectors"):
        await make.know(world, service)


async def fill(seen: Screen, **said: str) -> None:
    for key, value in said.items():
        await seen.page.fill(f"[name='{key}']", value)


async def test_a_steward_says_a_connector_tries_it_and_has_it_run_without_script(
    world: World, peer: Source
) -> None:
    address, form = await site(world)
    peer.say('{"data": {"luot": 120}}')
    async with chromium() as browser, screen(browser, script=False) as seen:
        page = seen.page
        await seen.sign_in(address, "thu")
        await page.goto(f"{address}/connectors")
        assert "Chưa có kết nối nào" in await page.inner_text("main")
        await page.click("a:text('Thêm kết nối')")
        await fill(seen, title="Bệnh viện tỉnh", url="https://khong-duoc-phep.vn/x", rows="data")
        await page.select_option("#form", form)
        await page.click("button[value=fill]")
        await fill(seen, **{"fields.0.source": "luot"})
        for _ in range(2):
            await page.click("button[value='drop.1']")
        await page.click(".actions button[value=save]")
        await page.wait_for_selector(".summary")
        assert await page.input_value("#title") == "Bệnh viện tỉnh"
        assert await page.input_value("[name='fields.0.source']") == "luot"
        await page.select_option("#agency", make.agency(make.HEALTH))
        await page.click(".actions button[value=save]")
        await page.wait_for_selector("#url[aria-invalid]")
        await fill(seen, url=f"{peer.url}/x?ky={{period}}", period="2026-11-20")
        await page.click("button[value=test]")
        shown = await page.inner_text("#preview")
        assert "120" in shown
        assert "sẽ được báo cáo" in shown
        assert "Chưa có gì được lưu" in shown
        await page.click(".actions button[value=save]")
        await page.wait_for_selector("#runs")
        assert "Kết nối chưa chạy lần nào" in await page.inner_text("#runs")
        await page.fill("#period", "2026-11-20")
        await page.click("button[value=run]")
        await world.settle()
        await page.reload()
        assert "tốt" in await page.inner_text(".head")
        assert await make.reported(world) == {"2026-11-20": {"kham": "120"}}
        await page.click("#runs tbody a")
        await page.wait_for_url(RUN)
        assert "1 đã lấy = 1 mới + 0 không đổi + 0 bị từ chối" in await page.inner_text("main")
        async with page.expect_download() as saved:
            await page.click("a[download]")
        assert (await (await saved.value).path()).read_bytes() == b'{"data": {"luot": 120}}'


async def test_what_fails_is_seen_with_its_reason_and_what_stays(
    world: World, peer: Source
) -> None:
    address, form = await site(world)
    connector = await make.create(world, make.said(form, peer.url, title="Sổ khám bệnh"))
    peer.say(make.patients(7))
    await make.run(world, connector, "2026-11-20")
    async with chromium() as browser, screen(browser) as seen:
        page = seen.page
        await seen.sign_in(address, "thu")
        await page.goto(f"{address}/{connector.name}")
        peer.reply = Reply(b"<html>", HTML)
        await page.fill("#period", "2026-11-20")
        await page.click("button[value=run]")
        await page.wait_for_selector("#runs .st.bad")  # it comes by itself
        assert "trang đăng nhập" in await page.inner_text("#runs")
        await page.goto(f"{address}/connectors?health=3&q=so+kham&order=1")
        line = await page.inner_text(".data tbody")
        assert "Sổ khám bệnh" in line
        assert "trang đăng nhập" in line
        await page.click(".data tbody a")
        await page.click("#runs tr:has(.st.bad) a")
        await page.wait_for_url(RUN)
        assert "vẫn được giữ nguyên" in await page.inner_text(".note.bad")
        await page.goto(f"{address}/{connector.name}")
        await page.click("button[value=pause]")
        await page.wait_for_selector("button[value=resume]")
        await page.click("summary:text('Xóa kết nối này')")
        await page.click("button[value=delete]")
        await page.wait_for_url(f"{address}/connectors")
        assert "Sổ khám bệnh" not in await page.inner_text("main")


@pytest.mark.parametrize(
    ("width", "language", "theme"),
    [(1280, "vi", "light"), (390, "vi", "dark"), (390, "en", "light"), (3840, "en", "dark")],
)
async def test_nothing_keeps_anybody_out(
    world: World, peer: Source, width: int, language: str, theme: str
) -> None:
    address, form = await site(world)
    connector = await make.create(world, make.said(form, peer.url), "")
    titles = ("Phần mềm quản lý bệnh viện", "Cổng dữ liệu dân số", "Hồ sơ sức khỏe điện tử")
    for title in titles:
        await make.create(world, make.said(form, peer.url, title=title))
    peer.say(make.patients(120))
    await make.run(world, connector, "2026-11-20")
    peer.say(make.patients("mười"))
    bad = await make.run(world, connector, "2026-11-20")
    flaws = {}
    async with chromium() as browser, screen(browser, width, language) as seen:
        page = seen.page
        await seen.sign_in(address, "thu")
        await page.goto(f"{address}/account/set/theme/{theme}?back=/account")
        paths = {
            "list": "/connectors",
            "one": f"/{connector.name}",
            "run": f"/{connector.name}/{bad.name}",
            "new": "/connectors/new",
        }
        for name, path in paths.items():
            await page.goto(address + path)
            flaws[name] = await seen.flaws()
            await seen.shot(f"connectors-{name}-{language}-{width}")
        await page.goto(f"{address}/{connector.name}/edit")
        await page.fill("#period", "2026-11-20")
        await page.click("button[value=test]")
        await page.wait_for_selector("#preview")
        flaws["edit"] = await seen.flaws()
        await seen.shot(f"connectors-edit-{language}-{width}")
    assert {key: said for key, said in flaws.items() if said} == {}


async def test_a_reporter_finds_no_connector_by_its_address(world: World, peer: Source) -> None:
    address, form = await site(world)
    connector = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(120))
    run = await make.run(world, connector)
    own = f"{address}/{connector.name}"
    paths = [own, f"{own}/edit", f"{own}/runs", f"{own}/{run.name}", f"{own}/{run.name}/file"]
    async with chromium() as browser, screen(browser) as seen:
        await seen.sign_in(address, "lan")
        for path in [f"{address}/connectors", *paths]:
            answer = await seen.page.goto(path)
            assert answer is not None
            assert (path, answer.status) == (path, 403)
            assert connector.title not in await seen.page.content()
