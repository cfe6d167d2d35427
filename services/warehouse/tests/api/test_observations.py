"""What was known when, and the figures that leaders see."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.warehouse.tests import make

from saola.apis.warehouse.v1 import observations_pb2 as pb
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.observations_pb2_grpc import ObservationsServiceStub
from saola.kit.pb import stamp
from saola.testing.plugin import World


async def measured(world: World, aggregation: str = "SUM", *, monthly: bool = False) -> str:
    """A form with a figure of an indicator, owed by both departments."""
    indicator = await make.indicator(world, sum=aggregation)
    item = make.Item(
        code="1",
        label_vi="Số ca",
        value_type=make.forms.Form.VALUE_TYPE_DECIMAL,
        decimals=1,
        indicator=indicator,
    )
    form = await make.form(world, item, make.REMARK, monthly=monthly)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS)
    return form


async def observed(world: World, of: UUID = make.ROOT, **asked: Any) -> list[pb.Observation]:
    stub = make.leader(world, of).asks(ObservationsServiceStub)
    seen, token = list[pb.Observation](), ""
    while token or not seen:
        request = pb.ListObservationsRequest(page_size=2, page_token=token, **asked)
        page = await stub.ListObservations(request)
        seen, token = [*seen, *page.observations], page.next_page_token
        if not token:
            break
    return seen


async def figure(world: World, of: UUID = make.ROOT) -> pb.Figure:
    stub = make.leader(world, of).asks(ObservationsServiceStub)
    [only] = (await stub.ListFigures(pb.ListFiguresRequest())).figures
    return only


async def test_what_is_not_submitted_is_no_figure(world: World) -> None:
    await make.warehouse(world)
    form = await measured(world)
    await make.reporter(world).CreateSubmission(make.beginning(form, {"1": "12"}))
    assert await observed(world) == []
    assert (await figure(world)).value == ""


async def test_flows_add_up_over_agencies_and_gaps_stay_gaps(world: World) -> None:
    await make.warehouse(world)
    form = await measured(world)
    await make.sent(world, form, {"1": "12.5"})
    await make.sent(world, form, {"1": "7"}, of=make.SCHOOLS)
    await make.sent(world, form, {"1": "3"}, period="2026-11-18")

    found = await figure(world)

    assert (found.value, found.former_value, found.period) == ("19.5", "", make.TODAY)
    assert (found.reporters, found.expected) == (2, 2)
    assert list(found.series[-3:]) == ["3", "", "19.5"]
    assert len(found.series) == 24


async def test_each_sees_the_figure_of_what_they_may_see(world: World) -> None:
    await make.warehouse(world)
    form = await measured(world)
    await make.sent(world, form, {"1": "12.5"})
    await make.sent(world, form, {"1": "7"}, of=make.SCHOOLS)
    found = await figure(world, make.SCHOOLS)
    assert (found.value, found.reporters, found.expected) == ("7", 1, 1)
    assert {one.agency for one in await observed(world, make.SCHOOLS)} == {
        make.agency(make.SCHOOLS)
    }
    assert await observed(world, make.SCHOOLS, agency=make.agency(make.HEALTH)) == []


async def test_nothing_occurred_counts_as_nought_and_missing_as_nothing(world: World) -> None:
    await make.warehouse(world)
    form, lan = await measured(world), make.reporter(world)
    asked = make.beginning(form, {"1": ""})
    asked.submission.values[0].status = submissions.Value.STATUS_NOTHING_OCCURRED
    await lan.SubmitSubmission(make.submitting(await lan.CreateSubmission(asked)))
    assert (await figure(world)).value == "0"

    theirs = make.reporter(world, make.SCHOOLS)
    asked = make.beginning(form, {"1": ""}, of=make.SCHOOLS)
    asked.submission.values[0].status = submissions.Value.STATUS_MISSING
    await theirs.SubmitSubmission(make.submitting(await theirs.CreateSubmission(asked)))
    found = await figure(world)
    assert (found.value, found.reporters) == ("0", 2)


async def test_rates_of_two_agencies_make_no_figure(world: World) -> None:
    await make.warehouse(world)
    form = await measured(world, "NONE", monthly=True)
    await make.sent(world, form, {"1": "80"}, period="2026-11")
    assert (await figure(world)).value == "80"
    await make.sent(world, form, {"1": "60"}, period="2026-11", of=make.SCHOOLS)
    assert (await figure(world)).value == ""


async def test_what_was_known_at_a_time_can_be_asked_for(world: World) -> None:
    await make.warehouse(world)
    form, lan = await measured(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))
    times = [world.now]
    hour = timedelta(hours=1)
    world.now += hour
    sent = await lan.SubmitSubmission(make.submitting(begun))
    times.append(world.now)
    world.now += hour
    back = await make.returned(world, sent)
    times.append(world.now)
    world.now += hour
    corrected = await lan.UpdateSubmission(make.entering(back, {"1": "21"}))
    world.now += hour
    await lan.SubmitSubmission(make.submitting(corrected))
    times.append(world.now)

    known = [[one.value for one in await observed(world, as_of=stamp(at))] for at in times]

    assert known == [[], ["12"], [], ["21"]]
    [now] = await observed(world)
    assert (now.value, now.recorder) == ("21", "officials/reporter-2")
    [before] = await observed(world, as_of=stamp(times[1]))
    assert before.supersede_time == now.record_time
    assert (await figure(world)).value == "21"


async def test_the_export_sends_what_the_list_lists(world: World) -> None:
    await make.warehouse(world)
    form = await measured(world)
    for day in range(10, 15):
        await make.sent(world, form, {"1": f"{day}", "3": "=1+1"}, period=f"2026-11-{day}")
    asked = {"period_from": "2026-11-11", "period_to": "2026-11"}

    stub = make.leader(world).asks(ObservationsServiceStub)
    request = pb.ExportObservationsRequest(**asked)
    batches = [batch async for batch in stub.ExportObservations(request)]

    exported = [one for batch in batches for one in batch.observations]
    assert exported == await observed(world, **asked)
    assert [one.period for one in exported if one.indicator] == [
        f"2026-11-{day}" for day in (14, 13, 12, 11)
    ]
    theirs = make.leader(world, make.SCHOOLS).asks(ObservationsServiceStub)
    assert [batch async for batch in theirs.ExportObservations(request)] == []
