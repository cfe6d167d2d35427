"""A report is fetched: by hand and by the clock, once, and again after whatever went wrong."""

import asyncio
import threading
from datetime import timedelta

from services.connectors.tests import make
from services.connectors.tests.source import CSV, HTML, Reply, Source

from saola.apis.connectors.v1 import connectors_pb2 as pb
from saola.apis.connectors.v1 import events_pb2 as events
from saola.apis.connectors.v1 import runs_pb2 as runs
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.submissions_pb2_grpc import SubmissionsServiceStub
from saola.kit.call import Call
from saola.services.connectors.app import app
from saola.services.connectors.jobs import clock
from saola.testing.plugin import World

TODAY = "2026-11-20"
DAY = timedelta(days=1)


async def test_what_a_source_says_becomes_a_report_that_is_submitted(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(120))
    run = await make.run(world, connector, TODAY)
    assert run.state == runs.Run.STATE_SUCCEEDED, run
    assert (run.stored, run.unchanged, run.refused, run.received) == (1, 0, 0, 1)
    assert peer.asked == [f"/so-lieu?ngay={TODAY}"]
    assert await make.reported(world) == {TODAY: {"kham": "120"}}
    now = await make.get(world, connector)
    assert (now.health, now.last_run.name) == (pb.Connector.HEALTH_GOOD, run.name)
    assert now.etag == connector.etag  # what people have said of it is as it was
    stub = make.reporter(world).asks(SubmissionsServiceStub)
    [one] = (await stub.ListSubmissions(submissions.ListSubmissionsRequest())).submissions
    changes = await stub.ListChanges(submissions.ListChangesRequest(submission=one.name))
    assert {change.actor for change in changes.changes} == {"services/connectors"}
    kept = Call.own(world.running["connectors"].service).files
    assert await kept.get(run.file.sha256) == make.patients(120).encode()


async def test_the_same_is_stored_once_and_what_is_corrected_is_corrected(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(120))
    await make.run(world, connector, TODAY)
    again = await make.run(world, connector, TODAY)
    assert (again.stored, again.unchanged, again.refused) == (0, 1, 0)
    peer.say(make.patients(125))
    more = await make.run(world, connector, TODAY)
    assert (more.stored, more.unchanged) == (1, 0)
    assert await make.reported(world) == {TODAY: {"kham": "125"}}


async def test_two_days_off_are_made_up_for_exactly_once(world: World, peer: Source) -> None:
    form = await make.province(world)
    await make.create(world, make.said(form, peer.url))
    peer.reply = lambda path: Reply(make.patients(int(path[-2:])).encode())
    await make.tick(world)
    assert peer.asked == []
    world.now += 3 * DAY  # Monday noon: nobody was there on Saturday, Sunday and this morning
    await make.tick(world)
    await make.tick(world)
    days = ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert peer.asked == [f"/so-lieu?ngay={day}" for day in days]
    assert await make.reported(world) == {day: {"kham": day[-2:]} for day in days}
    told = await make.all_runs(world)
    assert [(run.period, run.state, run.stored) for run in told] == [
        (day, runs.Run.STATE_SUCCEEDED, 1) for day in days
    ]


async def test_two_processes_plan_and_fetch_once(world: World, peer: Source) -> None:
    form = await make.province(world)
    await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(7))
    async with world.serving(app, at="-second") as second:
        both = [world.running["connectors"].service, second["connectors"].service]
        world.now += 2 * DAY
        job = clock.jobs["plan_runs"][0]
        await asyncio.gather(*(job(Call.own(one)) for one in both), return_exceptions=True)
        await make.tick(world)
        assert sorted(peer.asked) == [
            "/so-lieu?ngay=2026-11-20",
            "/so-lieu?ngay=2026-11-21",
        ]


async def test_what_is_killed_in_the_middle_is_done_again_and_counted_once(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    held = threading.Event()
    peer.next = [Reply(make.patients(9).encode(), until=held)]
    peer.say(make.patients(9))
    asked = pb.RunConnectorRequest(name=connector.name, period=TODAY)
    async with world.serving(app, at="-second"):
        begun = await make.steward(world).RunConnector(asked)
        await world.until(lambda: len(peer.asked) == 1)
        # Whichever of the two processes holds it: its lease goes with its connection.
        ends = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' "
        ends += "and classid = hashtext('work')::oid and database = (select oid from pg_database "
        ends += "where datname = 'connectors') limit 1"
        await world.sql("connectors", ends, role="postgres")
        await world.until(lambda: len(peer.asked) == 2)
        held.set()
        await world.settle()
        run = await make.runs_of(world).GetRun(runs.GetRunRequest(name=begun.name))
    assert (run.state, run.stored, run.received) == (runs.Run.STATE_SUCCEEDED, 1, 1)
    assert await make.reported(world) == {TODAY: {"kham": "9"}}
    told = [one for one in await world.told() if one.type.endswith("ConnectorRan")]
    assert len(told) == 1


async def test_a_wrong_answer_is_refused_and_the_last_good_state_stays(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(120))
    good = await make.run(world, connector, TODAY)
    wrong = {
        "UNEXPECTED_TYPE": Reply(b"<html>", HTML),
        "SOURCE_REFUSES": Reply(status=404),
        "ANSWER_NOT_READABLE": Reply(make.patients(5)[:-3].encode()),
        "NO_ROWS": Reply(b'{"data": []}'),
        "HOST_NOT_ALLOWED": Reply(status=302, headers={"location": "https://dang-nhap.vn/"}),
    }
    for number, (reason, reply) in enumerate(wrong.items(), 1):
        peer.next = [reply]
        run = await make.run(world, connector, TODAY)
        assert (run.state, run.refusal.reason) == (runs.Run.STATE_FAILED, reason)
        assert run.refusal.message
        now = await make.get(world, connector)
        assert (now.health, now.failures) == (pb.Connector.HEALTH_FAILED, number)
        assert (now.last_run.name, now.good_run.name) == (run.name, good.name)
    for value, reason in (
        ("mười", "NOT_A_NUMBER"),
        (1.5, "NOT_A_WHOLE_NUMBER"),
        (None, "MISSING_VALUE"),
    ):
        peer.next = [Reply(make.patients(value).encode())]
        run = await make.run(world, connector, TODAY)
        [refusal] = run.refusals
        assert (refusal.reason, refusal.item, refusal.row) == (reason, "kham", 1)
        assert run.refusal == refusal
        assert (run.stored, run.unchanged, run.refused) == (0, 0, 1)
    assert await make.reported(world) == {TODAY: {"kham": "120"}}
    after = await make.run(world, connector, TODAY)
    assert (after.state, (await make.get(world, connector)).failures) == (
        runs.Run.STATE_SUCCEEDED,
        0,
    )


async def test_what_the_warehouse_refuses_is_told_in_both_languages(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(-1))
    run = await make.run(world, connector, TODAY)
    [refusal] = run.refusals
    assert (refusal.reason, refusal.item) == ("BELOW_MINIMUM", "kham")
    assert "nhỏ hơn" in refusal.message
    english = await make.runs_of(world, "en").GetRun(runs.GetRunRequest(name=run.name))
    assert "below the minimum" in english.refusals[0].message
    assert await make.reported(world) == {}


async def test_right_rows_are_taken_over_beside_wrong_ones(world: World, peer: Source) -> None:
    form = await make.province(world)
    fields = [
        pb.Connector.Field(item="kham", source="Số lượt"),
        pb.Connector.Field(item="von", source="Vốn (triệu)", scale="0.001"),
    ]
    said = make.said(
        form,
        peer.url,
        format=pb.Connector.FORMAT_CSV,
        rows="",
        period_source="Ngày",
        delimiter=";",
        numbers=pb.Connector.NUMBERS_COMMA,
        fields=fields,
        schedule="0 6 1 1 *",  # the clock leaves it alone
    )
    connector = await make.create(world, said)
    lines = [
        "Ngày;Số lượt;Vốn (triệu)",
        "20/11/2026;1.204;1.500",
        "21/11/2026;1,204;7",
        "22/11/2026;9;",
    ]
    peer.say("\n".join(lines) + "\n", CSV)
    world.now += 2 * DAY
    run = await make.run(world, connector, TODAY)
    assert run.state == runs.Run.STATE_PARTLY, run
    assert (run.rows, run.received, run.stored, run.refused) == (3, 5, 3, 2)
    [refusal] = run.refusals
    assert (refusal.row, refusal.period, refusal.item) == (2, "2026-11-21", "kham")
    assert await make.reported(world) == {
        TODAY: {"kham": "1204", "von": "1.5"},
        "2026-11-22": {"kham": "9"},
    }


async def test_what_may_yet_go_well_is_tried_again_with_pauses(world: World, peer: Source) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url, retries=2))
    peer.next = [Reply(status=503), Reply(make.patients(3).encode(), missing=4)]
    peer.say(make.patients(3))
    first = await make.run(world, connector, TODAY)
    assert (first.state, first.attempts) == (runs.Run.STATE_WAITING, 1)
    assert first.refusal.reason == "SOURCE_BUSY"
    for attempts, seconds in ((2, 30), (3, 60)):
        world.now += timedelta(seconds=seconds)
        await world.wake()
        await world.settle()
        run = await make.runs_of(world).GetRun(runs.GetRunRequest(name=first.name))
        assert run.attempts == attempts
    assert (run.state, run.stored) == (runs.Run.STATE_SUCCEEDED, 1)
    assert len(peer.asked) == 3


async def test_tries_end_and_the_failure_is_told_once(world: World, peer: Source) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url, retries=1))
    peer.reply = Reply(status=500)
    first = await make.run(world, connector, TODAY)
    world.now += timedelta(seconds=30)
    await world.wake()
    await world.settle()
    run = await make.runs_of(world).GetRun(runs.GetRunRequest(name=first.name))
    assert (run.state, run.attempts) == (runs.Run.STATE_FAILED, 2)
    [told] = [one for one in await world.told() if one.type.endswith("ConnectorRan")]
    event = events.ConnectorRan.FromString(told.body)
    assert (event.failures, event.taken_over, event.run) == (1, False, run.name)


async def test_what_somebody_has_corrected_since_is_not_put_back_by_the_clock(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    hourly = make.said(form, peer.url, schedule="0 * * * *", lag=0)
    await make.create(world, hourly)
    peer.say(make.patients(120))
    world.now += timedelta(hours=1)
    await make.tick(world)
    other = make.said(form, peer.url, title="Nguồn khác")
    peer.next = [Reply(make.patients(121).encode())]
    await make.run(world, await make.create(world, other), TODAY)
    world.now += timedelta(hours=1)
    await make.tick(world)
    assert (await make.reported(world))[TODAY] == {"kham": "121"}
    last = (await make.all_runs(world))[-1]
    assert (last.state, last.stored, last.unchanged) == (runs.Run.STATE_SUCCEEDED, 0, 1)


async def test_a_paused_connector_stands_still_and_does_not_catch_up(
    world: World, peer: Source
) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    asked = pb.PauseConnectorRequest(name=connector.name, etag=connector.etag)
    paused = await make.steward(world).PauseConnector(asked)
    assert paused.health == pb.Connector.HEALTH_PAUSED
    world.now += 2 * DAY
    await make.tick(world)
    on = await make.steward(world).ResumeConnector(
        pb.ResumeConnectorRequest(name=connector.name, etag=paused.etag)
    )
    await make.tick(world)
    assert (peer.asked, on.health) == ([], pb.Connector.HEALTH_UNSPECIFIED)
    peer.say(make.patients(1))
    world.now += DAY
    await make.tick(world)
    assert peer.asked == ["/so-lieu?ngay=2026-11-22"]


async def test_old_files_and_old_runs_are_let_go(world: World, peer: Source) -> None:
    form = await make.province(world)
    connector = await make.create(world, make.said(form, peer.url))
    peer.say(make.patients(1))
    first = await make.run(world, connector, TODAY)
    asked = pb.PauseConnectorRequest(name=connector.name, etag=connector.etag)
    await make.steward(world).PauseConnector(asked)
    forget = clock.jobs["forget"][0]
    service = world.running["connectors"].service
    world.now += timedelta(days=31)
    await forget(Call.own(service))
    await world.settle()
    [run] = await make.all_runs(world)
    assert (run.name, run.HasField("file"), run.sha256) == (first.name, False, first.sha256)
    held = await world.sql("connectors", "select count(*) from files", role="connectors_owner")
    assert held == 0
    world.now += timedelta(days=400)
    await forget(Call.own(service))
    assert await make.all_runs(world) == []
