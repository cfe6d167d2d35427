"""The life of a report, as reporters and approvers live it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.kit.status import Refused
from saola.testing.plugin import World, refused

State = pb.Submission.State


async def submitted(world: World, values: make.Values | None = None) -> pb.Submission:
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, values or {"1": "12", "2": "80.5"}))
    return await lan.SubmitSubmission(make.submitting(begun))


async def test_what_was_entered_can_be_read(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)

    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12", "3": "Bình thường"}))

    assert make.said(begun) == {"1": "12", "3": "Bình thường"}
    assert begun.state == State.STATE_DRAFT
    assert begun.due_time.ToDatetime(UTC) == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert await lan.GetSubmission(pb.GetSubmissionRequest(name=begun.name)) == begun


async def test_items_that_are_not_sent_stay_and_empty_ones_are_taken_back(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12", "2": "80.5"}))

    entered = await lan.UpdateSubmission(make.entering(begun, {"1": "13", "2": ""}))

    assert make.said(entered) == {"1": "13"}
    assert entered.etag != begun.etag


async def test_saying_the_same_again_changes_nothing_and_tells_nobody(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))

    again = await lan.UpdateSubmission(make.entering(begun, {"1": "012", "2": ""}))

    assert again == begun
    await world.settle()
    told = [event.type.rpartition(".")[2] for event in await world.told()]
    assert told.count("SubmissionEntered") == 1


async def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world, language="en")
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))

    wrong = {"1": "many", "2": "80.55", "4": "Tím", "9": "1", "3": "kept?"}
    with pytest.raises(Refused) as no:
        await lan.UpdateSubmission(make.entering(begun, wrong))

    assert (no.value.reason, no.value.facts["count"]) == ("INVALID_VALUES", "4")
    assert [(one.field, one.reason) for one in no.value.violations] == [
        ("values[0].value", "NOT_A_NUMBER"),
        ("values[1].value", "TOO_MANY_DECIMALS"),
        ("values[2].value", "NOT_A_CHOICE"),
        ("values[3].item", "UNKNOWN_ITEM"),
    ]
    assert no.value.violations[0].description == "Item “1”: “many” is not a number."
    assert await lan.GetSubmission(pb.GetSubmissionRequest(name=begun.name)) == begun


async def test_one_wrong_value_is_refused_by_its_own_reason(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    with refused("ABOVE_MAXIMUM", item="1", maximum="100000"):
        await lan.CreateSubmission(make.beginning(form, {"1": "100001"}))


async def test_what_comes_through_the_portal_is_read_as_people_type(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    typed = make.reporter(world, front="portal")
    begun = await typed.CreateSubmission(make.beginning(form, {"1": "1.204", "2": "80,5"}))
    assert make.said(begun) == {"1": "1204", "2": "80.5"}

    with refused("AMBIGUOUS_NUMBER", one="1204.5", other="12045"):
        await typed.UpdateSubmission(make.entering(begun, {"2": "1,204.5"}))
    english = make.reporter(world, language="en", front="portal")
    entered = await english.UpdateSubmission(make.entering(begun, {"1": "1,205"}))
    assert make.said(entered)["1"] == "1205"
    with refused("NOT_A_NUMBER"):
        await make.reporter(world).UpdateSubmission(make.entering(entered, {"1": "1,205"}))


async def test_a_report_is_submitted_returned_corrected_and_approved(world: World) -> None:
    await make.warehouse(world)
    lan, minh = make.reporter(world), make.approver(world)
    sent = await submitted(world)
    assert (sent.state, sent.on_time) == (State.STATE_SUBMITTED, True)

    back = await minh.ReturnSubmission(
        pb.ReturnSubmissionRequest(name=sent.name, etag=sent.etag, reason="Xem lại số ca")
    )
    assert (back.state, back.return_reason) == (State.STATE_RETURNED, "Xem lại số ca")
    corrected = await lan.UpdateSubmission(make.entering(back, {"1": "21"}))
    again = await lan.SubmitSubmission(make.submitting(corrected))
    done = await minh.ApproveSubmission(
        pb.ApproveSubmissionRequest(name=again.name, etag=again.etag)
    )

    assert (done.state, make.said(done)) == (State.STATE_APPROVED, {"1": "21", "2": "80.5"})
    keeper = make.reports_of(make.steward(world))
    locked = await keeper.LockSubmission(pb.LockSubmissionRequest(name=done.name, etag=done.etag))
    assert locked.state == State.STATE_LOCKED
    with refused("ILLEGAL_MOVE", current="locked"):
        await lan.UpdateSubmission(make.entering(locked, {"1": "5"}))


async def test_the_history_says_who_entered_what_and_what_stood_there_before(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12", "2": "80.5"}))
    typed = make.reporter(world, front="portal")
    entered = await typed.UpdateSubmission(make.entering(begun, {"1": "13", "2": ""}))
    await lan.SubmitSubmission(make.submitting(entered))

    seen, token = list[pb.Change](), ""
    while token or not seen:
        asked = pb.ListChangesRequest(submission=begun.name, page_size=2, page_token=token)
        page = await lan.ListChanges(asked)
        seen, token = [*seen, *page.changes], page.next_page_token

    assert [(one.action, one.channel) for one in seen] == [
        ("submitted", "grpc"),
        ("entered", "web"),
        ("created", "grpc"),
    ]
    assert {one.actor for one in seen} == {"officials/reporter-2"}
    assert {value.item: value.value for value in seen[1].values} == {"1": "13", "2": ""}
    assert {value.item: value.value for value in seen[1].former_values} == {"1": "12", "2": "80.5"}
    assert not seen[2].former_values


async def test_silence_about_a_required_item_cannot_be_submitted(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"2": "80.5"}))
    with refused("ITEM_MISSING", item="1"):
        await lan.SubmitSubmission(make.submitting(begun))

    asked = make.entering(begun, {"1": ""})
    asked.values[0].status = pb.Value.STATUS_MISSING
    entered = await lan.UpdateSubmission(asked)
    assert (await lan.SubmitSubmission(make.submitting(entered))).state == State.STATE_SUBMITTED


async def test_five_sharp_is_late_and_a_microsecond_before_is_not(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))
    world.now = datetime(2026, 11, 20, 10, tzinfo=UTC)
    sent = await lan.SubmitSubmission(make.submitting(begun))
    assert not sent.on_time

    begun = await lan.CreateSubmission(make.beginning(form, {"1": "1"}, period="2026-11-19"))
    assert not (await lan.SubmitSubmission(make.submitting(begun))).on_time
    world.now = datetime(2026, 12, 31, 9, 59, 59, 999999, UTC)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "1"}, period="2026-12-31"))
    assert (await lan.SubmitSubmission(make.submitting(begun))).on_time


async def test_the_new_year_begins_at_midnight_in_vietnam(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    world.now = datetime(2026, 12, 31, 16, 59, 59, 999999, UTC)
    with refused("PERIOD_NOT_BEGUN", period="2027-01-01"):
        await lan.CreateSubmission(make.beginning(form, period="2027-01-01"))
    world.now = datetime(2026, 12, 31, 17, tzinfo=UTC)
    begun = await lan.CreateSubmission(make.beginning(form, period="2027-01-01"))
    assert begun.period == "2027-01-01"


async def test_only_what_an_obligation_asks_for_is_reported(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.form(world), make.reporter(world)
    with refused("NOT_OBLIGED"):
        await lan.CreateSubmission(make.beginning(form))
    await make.oblige(world, form, since="2026-11-01")
    for period, reason in {
        "2026-10-31": "NOT_OBLIGED",
        "2026-11": "NOT_A_PERIOD",
        "2026-11-31": "NOT_A_PERIOD",
        "2026-11-21": "PERIOD_NOT_BEGUN",
    }.items():
        with refused(reason, period=period):
            await lan.CreateSubmission(make.beginning(form, period=period))


async def test_of_two_reports_for_one_period_there_is_one(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    asked = [lan.CreateSubmission(make.beginning(form)) for _ in range(8)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    refusals = [answer.reason for answer in answers if isinstance(answer, Refused)]
    assert refusals == ["ALREADY_EXISTS"] * 7


async def test_fifty_twins_with_one_request_id_get_one_answer(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))
    asked = make.entering(begun, {"1": "13"}, request_id="twin")

    answers = await asyncio.gather(*(lan.UpdateSubmission(asked) for _ in range(50)))

    assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
    page = await lan.ListChanges(pb.ListChangesRequest(submission=begun.name))
    assert [change.action for change in page.changes] == ["entered", "created"]


async def test_of_twins_without_one_the_second_is_told_that_it_is_stale(world: World) -> None:
    await make.warehouse(world)
    form, lan = await make.owed(world), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(form, {"1": "12"}))
    asked = [lan.UpdateSubmission(make.entering(begun, {"1": f"{n}"})) for n in range(8)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [a.reason for a in answers if isinstance(a, Refused)] == ["STALE_WRITE"] * 7


async def test_whoever_submitted_does_not_decide(world: World) -> None:
    await make.warehouse(world)
    sent = await submitted(world)
    both = make.reports_of(world.person("reporter-2", "reporter", "approver", of=make.HEALTH))
    with refused("OWN_SUBMISSION"):
        await both.ApproveSubmission(pb.ApproveSubmissionRequest(name=sent.name, etag=sent.etag))
    with refused("OWN_SUBMISSION"):
        await both.ReturnSubmission(
            pb.ReturnSubmissionRequest(name=sent.name, etag=sent.etag, reason="x")
        )


async def test_a_foreign_report_is_as_if_it_were_not_there(world: World) -> None:
    await make.warehouse(world)
    sent = await submitted(world)
    theirs = make.reporter(world, make.SCHOOLS)
    with refused("NOT_FOUND", name=sent.name):
        await theirs.GetSubmission(pb.GetSubmissionRequest(name=sent.name))
    with refused("NOT_FOUND", name=sent.name):
        await theirs.ListChanges(pb.ListChangesRequest(submission=sent.name))
    with refused("NOT_FOUND", name=sent.name):
        await theirs.UpdateSubmission(make.entering(sent, {"1": "1"}))
    with refused("NOT_OBLIGED"):  # as for an agency that owes nothing
        await theirs.CreateSubmission(make.beginning(sent.form, period="2026-11-19"))
    for asked in (pb.ListSubmissionsRequest(), pb.ListSubmissionsRequest(agency=sent.agency)):
        assert not (await theirs.ListSubmissions(asked)).submissions


async def test_reports_are_found_by_agency_form_period_and_state(world: World) -> None:
    await make.warehouse(world)
    sent = await submitted(world)
    lan = make.reporter(world)
    draft = await lan.CreateSubmission(make.beginning(sent.form, period="2026-11-19"))

    async def names(**asked: Any) -> set[str]:
        page = await lan.ListSubmissions(pb.ListSubmissionsRequest(**asked))
        return {report.name for report in page.submissions}

    assert await names() == {sent.name, draft.name}
    assert await names(state=State.STATE_SUBMITTED) == {sent.name}
    assert await names(period="2026-11-19", form=sent.form, agency=sent.agency) == {draft.name}
    with refused("NOT_A_PERIOD"):
        await names(period="yesterday")
