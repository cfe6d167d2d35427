"""Levels of approval, deputies, and unlocks, as several persons live them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.apis.warehouse.v1 import unlocks_pb2 as unlocks
from saola.kit.call import Call
from saola.kit.status import Refused
from saola.services.warehouse.usecases import unlocks as usecases
from saola.testing.plugin import Person, World, refused

Form, State = forms.Form, pb.Submission.State
OWN, ABOVE = Form.Level.WHERE_OWN, Form.Level.WHERE_SUPERIOR
TWO = [
    Form.Level(title_vi="Lãnh đạo đơn vị", where=OWN),
    Form.Level(title_vi="Cơ quan cấp trên", where=ABOVE),
]
COUNT = make.Item(code="1", label_vi="Số ca", value_type=Form.VALUE_TYPE_INTEGER)
OTHER = make.Item(code="2", label_vi="Số khỏi", value_type=Form.VALUE_TYPE_INTEGER)
HOUR = timedelta(hours=1)


async def form(world: World, *levels: Form.Level) -> str:
    draft = make.draft(COUNT, OTHER)
    draft.levels.extend(levels)
    stub = make.forms_of(make.steward(world))
    drafted = await stub.CreateForm(forms.CreateFormRequest(form=draft))
    asked = forms.PublishFormRequest(name=drafted.name, etag=drafted.etag)
    name = (await stub.PublishForm(asked)).name
    await make.oblige(world, name)
    return name


def approver(world: World, name: str, of: UUID) -> Person:
    return world.person(name, "approver", of=of)


async def approve(world: World, report: pb.Submission, name: str, of: UUID) -> pb.Submission:
    stub = make.reports_of(approver(world, name, of))
    return await stub.ApproveSubmission(
        pb.ApproveSubmissionRequest(name=report.name, etag=report.etag)
    )


async def fresh(world: World, name: str) -> pb.Submission:
    return await make.reporter(world).GetSubmission(pb.GetSubmissionRequest(name=name))


async def then(world: World, name: str, at: datetime) -> pb.Submission:
    asked = pb.GetSubmissionRequest(name=name)
    asked.as_of.FromDatetime(at)
    return await make.reporter(world).GetSubmission(asked)


async def history(world: World, name: str) -> Sequence[pb.Change]:
    asked = pb.ListChangesRequest(submission=name)
    return (await make.reporter(world).ListChanges(asked)).changes


async def test_two_levels_one_after_the_other_by_two_persons(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world, *TWO), {"1": "5"})
    assert (sent.level, sent.levels) == (0, 2)
    with refused("NOT_YOUR_LEVEL", level="Lãnh đạo đơn vị"):
        await approve(world, sent, "above", make.ROOT)

    first = await approve(world, sent, "head", make.HEALTH)
    assert (first.state, first.level) == (State.STATE_SUBMITTED, 1)
    with refused("NOT_YOUR_LEVEL", level="Cơ quan cấp trên"):
        await approve(world, first, "head", make.HEALTH)
    done = await approve(world, first, "above", make.ROOT)

    assert (done.state, done.level) == (State.STATE_APPROVED, 2)
    assert [(one.level, one.actor) for one in done.approvals] == [
        (1, "officials/head"),
        (2, "officials/above"),
    ]
    await world.settle()
    told = [event.type.rpartition(".")[2] for event in await world.told()]
    assert told[-2:] == ["SubmissionForwarded", "SubmissionApproved"]


async def test_nobody_approves_at_two_levels(world: World) -> None:
    await make.warehouse(world)
    either = Form.Level(title_vi="Duyệt", where=Form.Level.WHERE_ANY)
    sent = await make.sent(world, await form(world, either, either), {"1": "5"})
    first = await approve(world, sent, "head", make.HEALTH)
    with refused("APPROVED_BEFORE", level="1"):
        await approve(world, first, "head", make.HEALTH)
    assert (await approve(world, first, "second", make.HEALTH)).state == State.STATE_APPROVED


async def test_another_agencys_approver_does_not_even_see_it(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world, *TWO), {"1": "5"})
    with refused("NOT_FOUND"):
        await approve(world, sent, "stranger", make.SCHOOLS)


async def test_the_last_level_returns_it_and_all_begins_anew(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world, *TWO), {"1": "5"})
    first = await approve(world, sent, "head", make.HEALTH)
    above = make.reports_of(approver(world, "above", make.ROOT))
    asked = pb.ReturnSubmissionRequest(name=first.name, etag=first.etag, reason="Sai kỳ")

    back = await above.ReturnSubmission(asked)

    assert (back.state, back.level, back.return_reason) == (State.STATE_RETURNED, 0, "Sai kỳ")
    lan = make.reporter(world)
    again = await lan.SubmitSubmission(make.submitting(back))
    assert (again.level, list(again.approvals)) == (0, [])
    once_more = await approve(world, again, "head", make.HEALTH)  # a new round
    assert once_more.level == 1


async def test_a_level_that_is_not_reached_returns_nothing(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world, *TWO), {"1": "5"})
    above = make.reports_of(approver(world, "above", make.ROOT))
    asked = pb.ReturnSubmissionRequest(name=sent.name, etag=sent.etag, reason="x")
    with refused("NOT_YOUR_LEVEL"):
        await above.ReturnSubmission(asked)


async def test_two_who_approve_at_once_are_one_level(world: World) -> None:
    await make.warehouse(world)
    either = Form.Level(title_vi="Duyệt", where=Form.Level.WHERE_ANY)
    sent = await make.sent(world, await form(world, either, either), {"1": "5"})
    answers = await asyncio.gather(
        *(approve(world, sent, name, make.HEALTH) for name in ("one", "two")),
        return_exceptions=True,
    )
    lost = [one.reason for one in answers if isinstance(one, Refused)]
    assert lost == ["STALE_WRITE"]
    assert (await fresh(world, sent.name)).level == 1


async def test_a_deputy_acts_for_both_and_the_history_says_so(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world, *TWO), {"1": "5"})
    deputy = world.deputy("deputy", "approver", of=make.SCHOOLS, also={make.HEALTH: "boss"})
    asked = pb.ApproveSubmissionRequest(name=sent.name, etag=sent.etag)

    first = await make.reports_of(deputy).ApproveSubmission(asked)

    assert first.approvals[0].deputy_of == "officials/boss"
    line = (await history(world, sent.name))[0]
    assert (line.action, line.actor, line.deputy_of, line.level) == (
        "approved",
        "officials/deputy",
        "officials/boss",
        1,
    )
    with refused("APPROVED_BEFORE"):
        await approve(world, first, "boss", make.ROOT)


async def test_a_deputy_of_whoever_submitted_does_not_decide(world: World) -> None:
    await make.warehouse(world)
    name = await form(world)
    sent = await make.sent(world, name, {"1": "5"})
    who = f"reporter-{make.HEALTH.int}"
    deputy = world.deputy("deputy", "approver", of=make.SCHOOLS, also={make.HEALTH: who})
    with refused("OWN_SUBMISSION"):
        await make.reports_of(deputy).ApproveSubmission(
            pb.ApproveSubmissionRequest(name=sent.name, etag=sent.etag)
        )


async def approved(world: World, *values: str) -> pb.Submission:
    given = dict(zip(("1", "2"), values, strict=False))
    sent = await make.sent(world, await form(world), given)
    return await approve(world, sent, "head", make.HEALTH)


async def asked_for(world: World, report: pb.Submission) -> unlocks.Unlock:
    lan = world.person(f"reporter-{make.HEALTH.int}", "reporter", of=make.HEALTH)
    asked = unlocks.RequestUnlockRequest(submission=report.name, reason="Nhầm số ca")
    return await make.unlocks_of(lan).RequestUnlock(asked)


async def granted(world: World, unlock: unlocks.Unlock, until: datetime) -> unlocks.Unlock:
    asked = unlocks.GrantUnlockRequest(name=unlock.name, etag=unlock.etag)
    asked.end_time.FromDatetime(until)
    return await make.unlocks_of(approver(world, "head", make.HEALTH)).GrantUnlock(asked)


async def relock(world: World) -> None:
    """The clock comes round."""
    await usecases.relock(Call.own(world.running["warehouse"].service))


async def test_it_is_unlocked_corrected_approved_and_as_it_was(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    keeper = make.reports_of(make.steward(world))
    asked = pb.LockSubmissionRequest(name=report.name, etag=report.etag)
    locked = await keeper.LockSubmission(asked)
    with refused("ILLEGAL_MOVE"):
        await make.reporter(world).UpdateSubmission(make.entering(locked, {"1": "6"}))
    world.now += 5 * HOUR  # the due time has passed
    unlock = await asked_for(world, locked)
    assert (unlock.state, unlock.reason) == (unlocks.Unlock.STATE_REQUESTED, "Nhầm số ca")

    given = await granted(world, unlock, world.now + HOUR)
    assert given.state == unlocks.Unlock.STATE_GRANTED
    opened = await fresh(world, report.name)
    assert opened.state == State.STATE_UNLOCKED
    corrected = await make.reporter(world).UpdateSubmission(make.entering(opened, {"1": "6"}))
    sent = await make.reporter(world).SubmitSubmission(make.submitting(corrected))
    assert sent.on_time  # as it was: others had decided that it be corrected
    done = await approve(world, sent, "head", make.HEALTH)

    assert (done.state, make.said(done)) == (State.STATE_LOCKED, {"1": "6"})
    assert not done.HasField("unlock_end_time")
    listed = await make.unlocks_of(make.steward(world)).ListUnlocks(
        unlocks.ListUnlocksRequest(submission=report.name)
    )
    assert [one.state for one in listed.unlocks] == [unlocks.Unlock.STATE_ENDED]
    actions = [line.action for line in reversed(await history(world, report.name))]
    assert actions[-6:] == ["locked", "asked", "unlocked", "entered", "submitted", "approved"]


async def test_what_nobody_submitted_by_the_end_is_taken_back_by_the_clock(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    await granted(world, await asked_for(world, report), make.NOON + HOUR)
    opened = await fresh(world, report.name)
    lan = make.reporter(world)
    entered = await lan.UpdateSubmission(make.entering(opened, {"1": "500", "2": "3"}))

    world.now = make.NOON + HOUR - timedelta(milliseconds=1)
    await relock(world)
    assert (await fresh(world, report.name)).state == State.STATE_UNLOCKED
    world.now = make.NOON + HOUR
    with refused("UNLOCK_OVER"):  # the clock has not come round yet
        await lan.UpdateSubmission(make.entering(entered, {"1": "501"}))
    with refused("UNLOCK_OVER"):
        await lan.SubmitSubmission(make.submitting(entered))
    batch = pb.ImportValuesRequest(
        agency=make.agency(make.HEALTH),
        form=report.form,
        periods=[make.TODAY],
        items=["1"],
        values=["502"],
    )
    assert (await lan.ImportValues(iter([batch]))).refusals[0].reason == "UNLOCK_OVER"
    await relock(world)
    await relock(world)

    after = await fresh(world, report.name)
    assert (after.state, make.said(after)) == (State.STATE_APPROVED, {"1": "5"})
    line, *rest = await history(world, report.name)
    assert (line.action, line.channel, line.actor) == ("relocked", "clock", "services/warehouse")
    assert {one.item: one.value for one in line.values} == {"1": "5", "2": ""}
    assert rest[0].action == "entered"
    await world.settle()
    told = [event.type.rpartition(".")[2] for event in await world.told()]
    assert told.count("SubmissionRelocked") == 1
    with refused("ILLEGAL_MOVE"):
        await lan.UpdateSubmission(make.entering(after, {"1": "7"}))


async def test_a_correction_that_is_returned_after_the_end_is_taken_back_too(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    await granted(world, await asked_for(world, report), make.NOON + HOUR)
    opened = await fresh(world, report.name)
    lan = make.reporter(world)
    entered = await lan.UpdateSubmission(make.entering(opened, {"1": "50"}))
    sent = await lan.SubmitSubmission(make.submitting(entered))
    world.now += 2 * HOUR
    await relock(world)
    waiting = await fresh(world, report.name)
    assert waiting.state == State.STATE_SUBMITTED  # it waits for a decision
    await make.returned(world, waiting)
    await relock(world)
    after = await fresh(world, sent.name)
    assert (after.state, make.said(after)) == (State.STATE_APPROVED, {"1": "5"})
    for is_what_was in (after, await then(world, report.name, world.now)):
        assert is_what_was.submit_time == report.submit_time
        assert is_what_was.on_time
        assert (is_what_was.level, list(is_what_was.approvals)) == (1, list(report.approvals))


async def test_while_it_is_open_nobody_has_approved_it(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    await granted(world, await asked_for(world, report), make.NOON + HOUR)
    opened = await fresh(world, report.name)
    assert (opened.level, list(opened.approvals)) == (0, [])
    assert not (await then(world, report.name, world.now)).approvals


async def test_what_was_in_time_before_it_was_opened_was_so_as_of_later_too(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    world.now += 6 * HOUR  # it was due at five
    await granted(world, await asked_for(world, report), world.now + HOUR)
    sent = await make.reporter(world).SubmitSubmission(
        make.submitting(await fresh(world, report.name))
    )
    assert sent.on_time
    assert (await then(world, report.name, world.now)).on_time


async def test_whoever_asks_does_not_grant_and_one_request_is_enough(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    both = world.person("both", "reporter", "approver", of=make.HEALTH)
    request = unlocks.RequestUnlockRequest(submission=report.name, reason="x")
    unlock = await make.unlocks_of(both).RequestUnlock(request)
    asked = unlocks.GrantUnlockRequest(name=unlock.name, etag=unlock.etag)
    asked.end_time.FromDatetime(make.NOON + HOUR)
    with refused("OWN_REQUEST"):
        await make.unlocks_of(both).GrantUnlock(asked)
    with refused("UNLOCK_REQUESTED", unlock=unlock.name):
        await asked_for(world, report)
    no = unlocks.RefuseUnlockRequest(name=unlock.name, etag=unlock.etag, reason="Đã chốt sổ")
    denied = await make.unlocks_of(make.steward(world)).RefuseUnlock(no)
    assert (denied.state, denied.refusal) == (unlocks.Unlock.STATE_REFUSED, "Đã chốt sổ")
    assert (await history(world, report.name))[0].note == "Đã chốt sổ"
    assert (await asked_for(world, report)).state == unlocks.Unlock.STATE_REQUESTED


async def test_two_who_ask_at_once_are_one_request(world: World) -> None:
    await make.warehouse(world)
    report = await approved(world, "5")
    answers = await asyncio.gather(
        asked_for(world, report), asked_for(world, report), return_exceptions=True
    )
    lost = [one.reason for one in answers if isinstance(one, Refused)]
    assert lost == ["UNLOCK_REQUESTED"]


@pytest.mark.parametrize("after", [timedelta(0), -HOUR, timedelta(days=31)])
async def test_an_end_is_in_the_future_and_soon(world: World, after: timedelta) -> None:
    await make.warehouse(world)
    unlock = await asked_for(world, await approved(world, "5"))
    with refused("INVALID_FIELD", field="end_time"):
        await granted(world, unlock, make.NOON + after)


async def test_only_what_is_decided_is_unlocked(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world), {"1": "5"})
    with refused("ILLEGAL_MOVE"):
        await asked_for(world, sent)


async def test_a_superiors_last_level_is_asked_for_the_unlock(world: World) -> None:
    await make.warehouse(world)
    sent = await make.sent(world, await form(world, *TWO), {"1": "5"})
    first = await approve(world, sent, "head", make.HEALTH)
    done = await approve(world, first, "above", make.ROOT)
    unlock = await asked_for(world, done)
    with refused("NOT_YOUR_LEVEL"):
        await granted(world, unlock, make.NOON + HOUR)
