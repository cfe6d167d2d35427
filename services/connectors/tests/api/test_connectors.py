"""Connectors, as they are asked for over gRPC."""

from typing import Any
from uuid import uuid4

import pytest
from services.connectors.tests import make
from services.connectors.tests.source import HTML, Reply, Source, source

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.apis.connectors.v1 import runs_pb2 as runs
from saola.apis.connectors.v1.connectors_pb2_grpc import ConnectorsServiceStub
from saola.apis.connectors.v1.runs_pb2_grpc import RunsServiceStub
from saola.services.connectors.settings import Settings
from saola.testing.plugin import World, refused

BEARER = pb.Connector.METHOD_BEARER
TODAY = "2026-11-20"


def changed(connector: pb.Connector, **more: Any) -> pb.Connector:
    new = pb.Connector()
    new.CopyFrom(connector)
    new.MergeFrom(pb.Connector(**more))
    return new


async def titles(world: World, **asked: Any) -> list[str]:
    request = pb.ListConnectorsRequest(**asked)
    answer = await make.steward(world).ListConnectors(request)
    return [one.title for one in answer.connectors]


async def test_one_that_is_said_is_kept_and_its_hour_is_known(world: World, peer: Source) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url, title="  Khám   bệnh "))
    assert (made.title, made.health) == ("Khám bệnh", pb.Connector.HEALTH_UNSPECIFIED)
    assert made.next_run_time.ToJsonString() == "2026-11-20T23:00:00Z"
    assert (made.timeout.seconds, made.size_limit) == (30, 10 << 20)
    assert await make.get(world, made) == made


async def test_the_same_request_makes_one(world: World, peer: Source) -> None:
    form, once = await make.province(world), str(uuid4())
    first = await make.create(world, make.said(form, peer.url), once=once)
    assert await make.create(world, make.said(form, peer.url), once=once) == first
    assert len(await titles(world)) == 1


async def test_nobody_fetches_anywhere_before_the_site_says_where(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAOLA_CONNECTORS_HOSTS", raising=False)
    form = await make.province(world)
    with refused("HOST_NOT_ALLOWED", host="https://a.vn"):
        await make.create(world, make.said(form, "https://a.vn"))
    asked = pb.TestConnectorRequest(connector=make.said(form, "http://127.0.0.1:22"))
    with refused("HOST_NOT_ALLOWED", host="http://127.0.0.1:22"):
        await make.steward(world).TestConnector(asked)


async def test_what_is_wrong_is_refused_and_nothing_is_kept(world: World, peer: Source) -> None:
    form = await make.province(world)
    with refused("UNKNOWN_ITEM", field="connector.fields[0].item"):
        fields = [pb.Connector.Field(item="la", source="x")]
        await make.create(world, make.said(form, peer.url, fields=fields))
    with refused("NOT_FOUND"):
        await make.create(world, make.said(f"forms/{uuid4()}", peer.url))
    with refused("SECRET_NEEDED"):
        await make.create(world, make.said(form, peer.url, method=BEARER))
    with refused("INVALID_FIELD", field="connector.format"):
        await make.create(world, make.said(form, peer.url, format=7))
    assert await titles(world) == []


async def test_a_secret_is_told_to_its_source_and_to_nobody_else(
    world: World, peer: Source, capfd: pytest.CaptureFixture[str]
) -> None:
    form = await make.province(world)
    said = make.said(form, peer.url, method=BEARER)
    made = await make.create(world, said, make.SECRET)
    peer.say(make.patients(1))
    run = await make.run(world, made, TODAY)
    assert peer.headers[-1]["authorization"] == f"Bearer {make.SECRET}"
    listed = await make.steward(world).ListConnectors(pb.ListConnectorsRequest())
    for told in (made, await make.get(world, made), listed, run, *(await world.told())):
        assert make.SECRET not in str(told)
    assert made.has_secret
    kept = await world.sql(
        "connectors",
        "select count(*) from connectors where connectors::text like '%khoa-bi-mat%' "
        "or position('khoa-bi-mat'::bytea in secret) > 0",
        role="connectors_owner",
    )
    assert kept == 0
    assert await world.sql("connectors", "select length(secret) from connectors", role="postgres")
    said_ = capfd.readouterr()
    assert make.SECRET not in said_.out + said_.err


async def test_a_secret_stays_with_its_host(world: World, peer: Source) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url, method=BEARER), make.SECRET)
    stub = make.steward(world)
    here = changed(made, url=f"{peer.url}/khac", title="Tên khác")
    kept = await stub.UpdateConnector(pb.UpdateConnectorRequest(connector=here))
    assert kept.has_secret
    with source() as thief:
        settings = world.running["connectors"].service.settings
        assert isinstance(settings, Settings)
        settings.hosts.append(thief.url)  # the site allows it too
        moved = changed(kept, url=thief.url)
        with refused("SECRET_NEEDED"):
            await stub.UpdateConnector(pb.UpdateConnectorRequest(connector=moved))
        with refused("SECRET_NEEDED"):
            await stub.TestConnector(pb.TestConnectorRequest(connector=moved))
        with refused("SECRET_NEEDED"):
            key = changed(kept, method=pb.Connector.METHOD_API_KEY, header="x-key")
            await stub.UpdateConnector(pb.UpdateConnectorRequest(connector=key))
        assert thief.asked == []
    peer.say(make.patients(2))
    await stub.TestConnector(pb.TestConnectorRequest(connector=kept))
    assert peer.headers[-1]["authorization"] == f"Bearer {make.SECRET}"


async def test_a_stale_change_and_a_change_of_whose_it_is_are_refused(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url))
    stub = make.steward(world)
    new = await stub.UpdateConnector(
        pb.UpdateConnectorRequest(connector=changed(made, title="Mới", schedule="30 7 * * *"))
    )
    assert (new.title, new.next_run_time.ToJsonString()) == ("Mới", "2026-11-21T00:30:00Z")
    with refused("STALE_WRITE"):
        await stub.UpdateConnector(pb.UpdateConnectorRequest(connector=made))
    with refused("INVALID_FIELD", field="connector.agency"):
        other = changed(new, agency=make.agency(make.SCHOOLS))
        await stub.UpdateConnector(pb.UpdateConnectorRequest(connector=other))


async def test_who_stands_elsewhere_sees_nothing_and_may_do_nothing(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url))
    other = make.steward(world, make.SCHOOLS)
    assert not (await other.ListConnectors(pb.ListConnectorsRequest())).connectors
    for ask in (
        lambda: other.GetConnector(pb.GetConnectorRequest(name=made.name)),
        lambda: other.RunConnector(pb.RunConnectorRequest(name=made.name)),
        lambda: other.UpdateConnector(pb.UpdateConnectorRequest(connector=made)),
        lambda: other.DeleteConnector(pb.DeleteConnectorRequest(name=made.name, etag=made.etag)),
    ):
        with refused("NOT_FOUND"):
            await ask()
    with refused("PERMISSION_DENIED"):
        await other.CreateConnector(pb.CreateConnectorRequest(connector=make.said(form, peer.url)))


@pytest.mark.parametrize("role", ["reporter", "approver", "leader", "administrator", "auditor"])
async def test_who_is_no_steward_sees_no_connector_of_the_own_agency_and_no_run_either(
    world: World, peer: Source, role: str
) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(120))
    run = await make.run(world, made)
    person = world.person("lan", role, of=make.HEALTH)
    connectors, its = person.asks(ConnectorsServiceStub), person.asks(RunsServiceStub)
    for ask in (
        lambda: connectors.ListConnectors(pb.ListConnectorsRequest()),
        lambda: connectors.GetConnector(pb.GetConnectorRequest(name=made.name)),
        lambda: connectors.RunConnector(pb.RunConnectorRequest(name=made.name)),
        lambda: its.ListRuns(runs.ListRunsRequest(connector=made.name)),
        lambda: its.GetRun(runs.GetRunRequest(name=run.name)),
    ):
        with refused("PERMISSION_DENIED"):
            await ask()


async def test_a_preview_shows_what_the_mapping_gives_and_keeps_nothing(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    peer.say('{"data": [{"ky": "2026-11-20", "n": 5}, {"ky": "2026-11-21", "n": "năm"}]}')
    fields = [pb.Connector.Field(item="kham", source="n", scale="10")]
    said = make.said(form, peer.url, rows="data", period_source="ky", fields=fields)
    asked = pb.TestConnectorRequest(connector=said, period=TODAY)
    shown = await make.steward(world).TestConnector(asked)
    assert (shown.url, shown.status, shown.row_count) == (
        f"{peer.url}/so-lieu?ngay={TODAY}",
        200,
        2,
    )
    first, second = shown.rows
    assert (dict(first.values), first.period, list(first.refusals)) == ({"kham": "50"}, TODAY, [])
    [flaw] = second.refusals
    assert (flaw.reason, flaw.item, flaw.row) == ("NOT_A_NUMBER", "kham", 2)
    assert '"ky": "2026-11-20"' in shown.sample
    assert (await titles(world), await make.all_runs(world), await make.reported(world)) == (
        [],
        [],
        {},
    )


async def test_a_preview_says_why_there_is_nothing_to_show(world: World, peer: Source) -> None:
    form = await make.province(world)
    peer.reply = Reply(b"<html>Dang nhap</html>", HTML)
    stub = make.steward(world, language="en")
    shown = await stub.TestConnector(pb.TestConnectorRequest(connector=make.said(form, peer.url)))
    assert (shown.period, shown.refusal.reason) == ("2026-11-19", "UNEXPECTED_TYPE")
    assert "sign in" in shown.refusal.message
    with refused("NOT_A_PERIOD_OF_THE_FORM"):
        asked = pb.TestConnectorRequest(connector=make.said(form, peer.url), period="2027-01-01")
        await stub.TestConnector(asked)


async def test_lists_are_searched_sorted_and_paged(world: World, peer: Source) -> None:
    form = await make.province(world)
    made = {
        title: await make.create(world, make.said(form, peer.url, title=title))
        for title in ("Đường bộ", "Dân số", "Ảnh viễn thám")
    }
    assert await titles(world) == ["Ảnh viễn thám", "Dân số", "Đường bộ"]
    assert await titles(world, query="duong bo") == ["Đường bộ"]
    assert await titles(world, agency=make.agency(make.SCHOOLS)) == []
    peer.reply = Reply(status=404)
    await make.run(world, made["Dân số"], TODAY)
    failing = pb.ListConnectorsRequest.ORDER_FAILURES
    assert (await titles(world, order=failing))[0] == "Dân số"
    assert await titles(world, health=pb.Connector.HEALTH_FAILED) == ["Dân số"]
    asked = pb.ListConnectorsRequest(page_size=2)
    page = await make.steward(world).ListConnectors(asked)
    asked.page_token = page.next_page_token
    rest = await make.steward(world).ListConnectors(asked)
    assert [one.title for one in (*page.connectors, *rest.connectors)] == await titles(world)
    assert rest.next_page_token == ""


async def test_what_is_deleted_is_gone_with_its_runs_and_what_it_reported_stays(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(4))
    await make.run(world, made, TODAY)
    gone = pb.DeleteConnectorRequest(name=made.name, etag=made.etag, request_id=str(uuid4()))
    await make.steward(world).DeleteConnector(gone)
    await make.steward(world).DeleteConnector(gone)
    await world.settle()
    with refused("NOT_FOUND"):
        await make.get(world, made)
    assert (await titles(world), await make.all_runs(world)) == ([], [])
    held = await world.sql("connectors", "select count(*) from files", role="connectors_owner")
    assert held == 0
    assert await make.reported(world) == {TODAY: {"kham": "4"}}


async def test_a_run_that_waits_already_is_not_asked_for_twice(world: World, peer: Source) -> None:
    form = await make.province(world)
    made = await make.create(world, make.said(form, peer.url, retries=1))
    peer.reply = Reply(status=503)
    first = await make.run(world, made, TODAY)
    assert first.state == runs.Run.STATE_WAITING
    again = await make.steward(world).RunConnector(
        pb.RunConnectorRequest(name=made.name, period=TODAY)
    )
    assert again.name == first.name
