"""How complete and how timely reports are."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import editions_pb2 as editions
from saola.apis.warehouse.v1 import exemptions_pb2 as exemptions
from saola.apis.warehouse.v1 import obligations_pb2 as obligations
from saola.apis.warehouse.v1 import rates_pb2 as pb
from saola.apis.warehouse.v1 import submissions_pb2 as submissions
from saola.apis.warehouse.v1 import unlocks_pb2 as unlocks
from saola.apis.warehouse.v1.exemptions_pb2_grpc import ExemptionsServiceStub
from saola.apis.warehouse.v1.rates_pb2_grpc import RatesServiceStub
from saola.testing.plugin import World, refused

COUNTS = ("expected", "submitted", "on_time", "overdue", "exempt", "cells", "cells_filled")
REQUIRED_TOO = make.Item(
    code="5", label_vi="Số giường", value_type=make.forms.Form.VALUE_TYPE_INTEGER, required=True
)
DAYS = {"due_from": "2026-11-18", "due_to": "2026-11-21"}
Request = pb.ListRatesRequest


def counts(rate: pb.Rate) -> tuple[int, ...]:
    return tuple(getattr(rate, name) for name in COUNTS)


async def rates(world: World, of: Any = make.ROOT, **asked: Any) -> pb.ListRatesResponse:
    stub = make.leader(world, of).asks(RatesServiceStub)
    return await stub.ListRates(Request(**asked))


async def three_days(world: World) -> str:
    """Two departments and three days: of six reports one is late, one says that a figure is
    missing, one was returned, one is a draft, one was never begun and one is exempt."""
    await make.warehouse(world)
    form = await make.form(world, make.CASES, REQUIRED_TOO)
    await make.oblige(world, form, make.HEALTH, make.SCHOOLS, since="2026-11-18")
    await make.sent(world, form, {"1": "1", "5": "2"}, "2026-11-18")  # two days late
    whole = await make.sent(world, form, {"1": "1", "5": "2"}, "2026-11-20")
    assert whole.on_time
    await make.returned(world, await make.sent(world, form, {"1": "1", "5": "2"}, "2026-11-19"))
    partly = submissions.CreateSubmissionRequest(
        submission=submissions.Submission(
            agency=make.agency(make.SCHOOLS),
            form=form,
            period="2026-11-20",
            values=[
                submissions.Value(item="1", value="7"),
                submissions.Value(item="5", status=submissions.Value.STATUS_MISSING),
            ],
        )
    )
    stub = make.reporter(world, make.SCHOOLS)
    await stub.SubmitSubmission(make.submitting(await stub.CreateSubmission(partly)))
    await stub.CreateSubmission(make.beginning(form, {"1": "3"}, "2026-11-19", make.SCHOOLS))
    flood = exemptions.Exemption(
        agency=make.agency(make.SCHOOLS),
        valid_from="2026-11-18",
        valid_to="2026-11-19",
        reason="Lũ quét",
    )
    await (
        make.steward(world)
        .asks(ExemptionsServiceStub)
        .CreateExemption(exemptions.CreateExemptionRequest(exemption=flood))
    )
    return form


async def test_reports_are_counted_in_all_and_by_what_is_asked(world: World) -> None:
    form = await three_days(world)
    whole = await rates(world, **DAYS)
    assert [counts(one) for one in whole.rates] == [counts(whole.total)]
    assert counts(whole.total) == (5, 3, 2, 2, 1, 10, 5)

    by_agency = await rates(world, group=Request.GROUP_AGENCY, **DAYS)
    assert [(one.agency_title, *counts(one)) for one in by_agency.rates] == [
        ("Sở Giáo dục và Đào tạo", 2, 1, 1, 1, 1, 4, 1),
        ("Sở Y tế", 3, 2, 1, 1, 0, 6, 4),
    ]
    by_period = await rates(world, group=Request.GROUP_PERIOD, **DAYS)
    assert [(one.period, one.expected, one.submitted) for one in by_period.rates] == [
        ("2026-11-20", 2, 2),
        ("2026-11-19", 2, 0),
        ("2026-11-18", 1, 1),
    ]
    by_form = await rates(world, group=Request.GROUP_FORM, **DAYS)
    assert [(one.form, one.form_code, one.expected) for one in by_form.rates] == [
        (form, "YT-01", 5)
    ]
    by_field = await rates(world, group=Request.GROUP_FIELD, **DAYS)
    assert [(one.field, one.expected) for one in by_field.rates] == [("health", 5)]
    assert all(one.total == whole.total for one in (by_agency, by_period, by_form, by_field))


async def test_only_some_are_counted(world: World) -> None:
    form = await three_days(world)
    other = await make.form(world, code="OTHER", monthly=True)
    await make.oblige(world, other, make.HEALTH)
    november = {"due_from": "2026-11-01", "due_to": "2026-12-01"}
    assert (await rates(world, form=other, **november)).total.expected == 1
    assert (await rates(world, field="education", **november)).total.expected == 0
    one_day = await rates(world, period="2026-11-20", form=form)
    assert counts(one_day.total)[:3] == (2, 2, 2)
    month = await rates(world, period="2026-11")
    assert (month.total.expected, month.total.cells) == (1, 1)
    below = await rates(world, agency=make.agency(make.HEALTH), **DAYS)
    assert below.total.expected == 3
    everybody = await rates(world, agency=make.agency(make.ROOT), **DAYS)
    assert everybody.total.expected == 5
    theirs = await rates(world, make.SCHOOLS, **DAYS)
    assert theirs.total.expected == 2


async def test_a_page_at_a_time_says_the_same_total(world: World) -> None:
    await three_days(world)
    asked = {"group": Request.GROUP_PERIOD, "page_size": 2, **DAYS}
    first = await rates(world, **asked)
    rest = await rates(world, page_token=first.next_page_token, **asked)
    assert [one.period[-2:] for one in (*first.rates, *rest.rates)] == ["20", "19", "18"]
    assert (rest.next_page_token, rest.total) == ("", first.total)


async def test_rates_are_as_they_were(world: World) -> None:
    """What was late at five is late at five, whatever has come since; and the other way round."""
    await make.warehouse(world)
    form = await make.owed(world)
    five = datetime.fromisoformat("2026-11-20T17:00+07:00")
    world.now = five.replace(hour=18)
    sent = await make.sent(world, form, {"1": "1"})
    world.now = five.replace(hour=19)
    await make.returned(world, sent)

    found = []
    for hour in (16, 17, 18, 19):
        asked = Request(due_from=make.TODAY)
        asked.as_of.FromDatetime(five.replace(hour=hour))
        stub = make.leader(world).asks(RatesServiceStub)
        found.append(counts((await stub.ListRates(asked)).total))
    # Nothing was asked for at 16:00: the obligation is recorded at noon, and so it was.
    assert found == [
        (1, 0, 0, 0, 0, 1, 0),
        (1, 0, 0, 1, 0, 1, 0),
        (1, 1, 0, 0, 0, 1, 1),
        (1, 0, 0, 1, 0, 1, 0),
    ]
    asked = Request(due_from=make.TODAY)
    asked.as_of.FromDatetime(make.NOON.replace(hour=4))
    stub = make.leader(world).asks(RatesServiceStub)
    assert counts((await stub.ListRates(asked)).total) == (0,) * 7


async def test_each_period_is_counted_by_the_edition_that_holds_for_it(world: World) -> None:
    """From December on there is an item more, and two days more to send it."""
    await make.warehouse(world)
    form = await make.form(world, make.CASES, monthly=True)
    await make.oblige(world, form)
    stub = make.forms_of(make.steward(world))
    now = await stub.GetForm(make.forms.GetFormRequest(name=form))
    revise = editions.ReviseFormRequest(name=form, etag=now.etag)
    draft = await make.editions_of(make.steward(world)).ReviseForm(revise)
    draft.in_force_from = "2026-12"
    draft.items.append(REQUIRED_TOO)
    draft.due_rule.days = 2
    changed = await stub.UpdateForm(make.forms.UpdateFormRequest(form=draft))
    before = world.now
    world.now += timedelta(minutes=1)
    await stub.PublishForm(make.forms.PublishFormRequest(name=form, etag=changed.etag))

    whole = {"due_from": "2026-11-01", "due_to": "2027-02-01", "form": form}
    by_period = await rates(world, group=Request.GROUP_PERIOD, **whole)
    assert [(one.period, one.expected, one.cells) for one in by_period.rates] == [
        ("2026-12", 1, 2),
        ("2026-11", 1, 1),
    ]
    seen = make.obligations_of(make.leader(world))
    asked = obligations.ListExpectedReportsRequest(due_from="2026-11-01", due_to="2027-02-01")
    found = (await seen.ListExpectedReports(asked)).reports
    assert [f"{one.due_time.ToDatetime():%Y-%m-%d}" for one in found] == [
        "2026-11-30",
        "2027-01-02",
    ]
    asked.as_of.FromDatetime(before)
    then = (await seen.ListExpectedReports(asked)).reports
    assert [f"{one.due_time.ToDatetime():%m-%d}" for one in then] == ["11-30", "12-31", "01-31"]


async def test_what_is_open_again_does_not_count_while_it_is(world: World) -> None:
    await make.warehouse(world)
    form = await make.owed(world)
    sent = await make.sent(world, form, {"1": "1"})
    world.now += timedelta(minutes=1)
    approve = submissions.ApproveSubmissionRequest(name=sent.name, etag=sent.etag)
    await make.approver(world).ApproveSubmission(approve)
    world.now += timedelta(minutes=1)
    reporter = world.person("lan", "reporter", of=make.HEALTH)
    request = unlocks.RequestUnlockRequest(submission=sent.name, reason="Nhầm số ca")
    unlock = await make.unlocks_of(reporter).RequestUnlock(request)
    grant = unlocks.GrantUnlockRequest(name=unlock.name, etag=unlock.etag)
    grant.end_time.FromDatetime(world.now + timedelta(hours=1))
    head = world.person("head", "approver", of=make.HEALTH)
    await make.unlocks_of(head).GrantUnlock(grant)

    found = []
    for minute in range(3):
        asked = Request(due_from=make.TODAY)
        asked.as_of.FromDatetime(make.NOON + timedelta(minutes=minute))
        stub = make.leader(world).asks(RatesServiceStub)
        found.append(counts((await stub.ListRates(asked)).total)[:3])
    assert found == [(1, 1, 1), (1, 1, 1), (1, 0, 0)]
    now = await rates(world, due_from=make.TODAY)
    assert counts(now.total)[:3] == (1, 0, 0)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"due_from": "2026-11"}, "INVALID_FIELD"),
        ({"due_from": "2024-01-01", "due_to": "2026-12-31"}, "INVALID_FIELD"),
        ({"period": "2026-W54"}, "NOT_A_PERIOD"),
        ({"page_size": -1}, "INVALID_FIELD"),
        ({"page_token": "?"}, "INVALID_PAGE_TOKEN"),
        ({"group": 99}, "INVALID_FIELD"),
    ],
)
async def test_what_cannot_be_asked_is_named(
    world: World, asked: dict[str, Any], reason: str
) -> None:
    await make.warehouse(world)
    with refused(reason):
        await rates(world, **asked)
