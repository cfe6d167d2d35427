"""What services report of themselves: declared, delivered, corrected, and refused where locked."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from services.warehouse.tests import make

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import reports_pb2 as pb
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1.reports_pb2_grpc import ReportsServiceStub
from saola.testing.plugin import World, refused

if TYPE_CHECKING:  # the generated modules have them only for types
    from saola.apis.warehouse.v1.reports_pb2_grpc import ReportsServiceAsyncStub

State = submissions.Submission


def budget(world: World) -> "ReportsServiceAsyncStub":
    return world.service("budget").asks(ReportsServiceStub)


def measure(code: str, aggregation: str = "SUM", **more: str) -> indicators.Indicator:
    return indicators.Indicator(
        code=code,
        title_vi=f"Chỉ tiêu {code}",
        field="budget",
        unit="đồng",
        aggregation=indicators.Indicator.Aggregation.Value(f"AGGREGATION_{aggregation}"),
        **more,
    )


def item(code: str, indicator: str) -> forms.Form.Item:
    return forms.Form.Item(
        code=code,
        label_vi=f"Dòng {code}",
        value_type=forms.Form.VALUE_TYPE_INTEGER,
        indicator=indicator,
    )


def declared(
    *agencies: UUID, title: str = "Thu, chi ngân sách", more: tuple[forms.Form.Item, ...] = ()
) -> pb.DeclareReportRequest:
    return pb.DeclareReportRequest(
        indicators=[
            measure("NS.THU"),
            measure("NS.DT_THU", "LAST"),
            measure("NS.THU_DT", "RATE", numerator="NS.THU", denominator="NS.DT_THU"),
        ],
        form=forms.Form(
            code="NS-01",
            title_vi=title,
            field="budget",
            period_type=forms.Form.PERIOD_TYPE_DAY,
            due_rule=forms.Form.DueRule(days=1, time="08:00"),
            items=[item("thu", "NS.THU"), item("dt_thu", "NS.DT_THU"), *more],
        ),
        agencies=[make.agency(one) for one in agencies],
    )


def delivered(
    form: str, thu: str, of: UUID = make.HEALTH, once: str = ""
) -> pb.DeliverReportRequest:
    values = [submissions.Value(item="thu", value=thu), submissions.Value(item="dt_thu", value="9")]
    return pb.DeliverReportRequest(
        agency=make.agency(of), form=form, period=make.TODAY, values=values, request_id=once
    )


async def begun(world: World) -> str:
    """The name of the form, which one department owes."""
    await make.warehouse(world)
    return (await budget(world).DeclareReport(declared(make.HEALTH))).form


async def report(world: World, name: str) -> State:
    asked = submissions.GetSubmissionRequest(name=name)
    return await make.reporter(world).GetSubmission(asked)


async def actions(world: World, name: str) -> list[str]:
    asked = submissions.ListChangesRequest(submission=name)
    return [one.action for one in (await make.reporter(world).ListChanges(asked)).changes][::-1]


async def owing(world: World) -> dict[str, str]:
    """Which agencies owe something, until when."""
    desk = make.obligations_of(make.steward(world))
    rows = (await desk.ListObligations(obligations.ListObligationsRequest())).obligations
    return {row.agency: row.valid_to for row in rows}


async def since(world: World) -> dict[str, str]:
    """Which agencies owe something, since when."""
    desk = make.obligations_of(make.steward(world))
    rows = (await desk.ListObligations(obligations.ListObligationsRequest())).obligations
    return {row.agency: row.valid_from for row in rows}


async def test_who_is_new_owes_some_periods_before_it_too_and_who_begins_again_none(
    world: World,
) -> None:
    await make.warehouse(world)
    said = declared(make.HEALTH)
    said.periods_before = 2
    for _ in range(2):
        form = (await budget(world).DeclareReport(said)).form
    assert await since(world) == {make.agency(make.HEALTH): "2026-11-18"}
    late = delivered(form, "3")
    late.period = "2026-11-18"
    name = (await budget(world).DeliverReport(late)).submission
    assert not (await report(world, name)).on_time
    early = delivered(form, "3")
    early.period = "2026-11-17"
    with refused("NOT_OBLIGED"):
        await budget(world).DeliverReport(early)
    said.periods_before = 9
    await budget(world).DeclareReport(said)
    assert await since(world) == {make.agency(make.HEALTH): "2026-11-18"}
    said.periods_before = 401
    with refused("INVALID_FIELD", field="periods_before"):
        await budget(world).DeclareReport(said)


async def test_what_is_declared_is_published_and_owed_and_the_same_again_changes_nothing(
    world: World,
) -> None:
    form = await begun(world)
    again = await budget(world).DeclareReport(declared(make.HEALTH))
    assert (again.form, again.edition, list(again.unknown_agencies)) == (form, 1, [])
    desk = make.forms_of(make.steward(world))
    found = await desk.GetForm(forms.GetFormRequest(name=form))
    assert (found.state, found.etag) == (forms.Form.STATE_PUBLISHED, '"2"')
    known = await make.indicators_of(make.steward(world)).ListIndicators(
        indicators.ListIndicatorsRequest()
    )
    names = {one.code: one.name for one in known.indicators}
    assert [one.indicator for one in found.items] == [names["NS.THU"], names["NS.DT_THU"]]
    etags = {one.etag for one in known.indicators}
    await budget(world).DeclareReport(declared(make.HEALTH))
    known = await make.indicators_of(make.steward(world)).ListIndicators(
        indicators.ListIndicatorsRequest()
    )
    assert {one.etag for one in known.indicators} == etags
    assert await owing(world) == {make.agency(make.HEALTH): ""}


async def test_a_changed_declaration_is_a_new_edition_and_a_new_list_of_who_owes(
    world: World,
) -> None:
    form = await begun(world)
    world.now += timedelta(days=1)
    stranger = UUID(int=99)
    changed = declared(make.SCHOOLS, stranger, more=(item("them", "NS.THU"),))
    answer = await budget(world).DeclareReport(changed)
    assert (answer.form, answer.edition) == (form, 2)
    assert list(answer.unknown_agencies) == [make.agency(stranger)]
    assert await owing(world) == {
        make.agency(make.HEALTH): "2026-11-21",
        make.agency(make.SCHOOLS): "",
    }
    late = delivered(form, "5")
    late.values.add(item="them", value="1")  # the edition of the day before does not ask for it
    assert (await budget(world).DeliverReport(late)).stored == 2


async def test_a_form_of_others_is_not_taken_over(world: World) -> None:
    await begun(world)
    with refused("FORM_OF_OTHERS", form="NS-01"):
        await world.service("notices").asks(ReportsServiceStub).DeclareReport(declared())
    assert await owing(world) == {make.agency(make.HEALTH): ""}


async def test_an_item_of_an_indicator_that_is_not_declared_is_refused_whole(world: World) -> None:
    await make.warehouse(world)
    with refused("UNDECLARED_INDICATOR", code="NS.CHI"):
        await budget(world).DeclareReport(declared(more=(item("chi", "NS.CHI"),)))
    known = await make.indicators_of(make.steward(world)).ListIndicators(
        indicators.ListIndicatorsRequest()
    )
    assert not known.indicators


async def test_a_delivery_submits_at_once_and_the_same_again_changes_nothing(world: World) -> None:
    form, once = await begun(world), str(uuid4())
    first = await budget(world).DeliverReport(delivered(form, "5", once=once))
    assert (first.state, first.stored, first.corrected) == (State.STATE_SUBMITTED, 2, False)
    assert await budget(world).DeliverReport(delivered(form, "5", once=once)) == first
    again = await budget(world).DeliverReport(delivered(form, "5"))
    assert (again.submission, again.stored, again.corrected) == (first.submission, 0, False)
    assert await actions(world, first.submission) == ["created", "submitted"]
    assert (await report(world, first.submission)).on_time


async def test_a_correction_keeps_what_was_said_and_is_approved_anew(world: World) -> None:
    form = await begun(world)
    first = await budget(world).DeliverReport(delivered(form, "5"))
    before = world.now
    world.now += timedelta(days=3)
    known = await report(world, first.submission)
    approve = submissions.ApproveSubmissionRequest(name=known.name, etag=known.etag)
    await make.approver(world).ApproveSubmission(approve)
    world.now += timedelta(hours=1)
    second = await budget(world).DeliverReport(delivered(form, "7"))
    assert (second.state, second.stored, second.corrected) == (State.STATE_SUBMITTED, 1, True)
    found = await report(world, first.submission)
    assert {one.item: one.value for one in found.values} == {"thu": "7", "dt_thu": "9"}
    assert (found.on_time, found.level, len(found.approvals)) == (True, 0, 0)
    assert await actions(world, first.submission) == [
        "created",
        "submitted",
        "approved",
        "corrected",
    ]
    asked = submissions.GetSubmissionRequest(name=known.name)
    asked.as_of.FromDatetime(before)
    then = await make.reporter(world).GetSubmission(asked)
    assert {one.item: one.value for one in then.values} == {"thu": "5", "dt_thu": "9"}


async def test_what_was_returned_waits_for_other_values(world: World) -> None:
    form = await begun(world)
    first = await budget(world).DeliverReport(delivered(form, "5"))
    known = await report(world, first.submission)
    await make.approver(world).ReturnSubmission(
        submissions.ReturnSubmissionRequest(name=known.name, etag=known.etag, reason="Sai số")
    )
    same = await budget(world).DeliverReport(delivered(form, "5"))
    assert (same.state, same.stored) == (State.STATE_RETURNED, 0)
    other = await budget(world).DeliverReport(delivered(form, "6"))
    assert (other.state, other.stored, other.corrected) == (State.STATE_SUBMITTED, 1, False)


async def test_what_is_locked_is_refused_unless_nothing_changes(world: World) -> None:
    form = await begun(world)
    first = await budget(world).DeliverReport(delivered(form, "5"))
    known = await report(world, first.submission)
    known = await make.approver(world).ApproveSubmission(
        submissions.ApproveSubmissionRequest(name=known.name, etag=known.etag)
    )
    await make.reports_of(make.steward(world)).LockSubmission(
        submissions.LockSubmissionRequest(name=known.name, etag=known.etag)
    )
    assert (await budget(world).DeliverReport(delivered(form, "5"))).state == State.STATE_LOCKED
    with refused("REPORT_LOCKED", submission=known.name):
        await budget(world).DeliverReport(delivered(form, "6"))


async def test_what_nobody_asks_for_is_refused(world: World) -> None:
    form = await begun(world)
    with refused("NOT_OBLIGED"):
        await budget(world).DeliverReport(delivered(form, "5", of=make.SCHOOLS))
    with refused("PERMISSION_DENIED"):
        await make.steward(world).asks(ReportsServiceStub).DeliverReport(delivered(form, "5"))
