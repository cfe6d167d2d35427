"""A published form is written anew: editions, from when on each holds, and what reports keep."""

import asyncio

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import editions_pb2 as editions
from saola.apis.warehouse.v1 import forms_pb2 as forms
from saola.apis.warehouse.v1 import submissions_pb2 as pb
from saola.kit.status import Refused
from saola.testing.plugin import World, refused

Form = forms.Form
COUNT = make.Item(code="1", label_vi="Số ca", value_type=Form.VALUE_TYPE_INTEGER)
NEW = make.Item(
    code="new", label_vi="Số ca nặng", value_type=Form.VALUE_TYPE_INTEGER, required=True
)


async def revise(world: World, name: str, etag: str) -> Form:
    asked = editions.ReviseFormRequest(name=name, etag=etag)
    return await make.editions_of(make.steward(world)).ReviseForm(asked)


async def listed(
    world: World, form: str, page_size: int = 0, page_token: str = ""
) -> editions.ListEditionsResponse:
    asked = editions.ListEditionsRequest(form=form, page_size=page_size, page_token=page_token)
    return await make.editions_of(make.steward(world)).ListEditions(asked)


async def revised(world: World, name: str, since: str, *items: make.Item) -> Form:
    """The next edition, published."""
    stub = make.forms_of(make.steward(world))
    now = await stub.GetForm(forms.GetFormRequest(name=name))
    draft = await revise(world, name, now.etag)
    draft.in_force_from = since
    del draft.items[:]
    draft.items.extend(items)
    changed = await stub.UpdateForm(forms.UpdateFormRequest(form=draft))
    return await stub.PublishForm(forms.PublishFormRequest(name=name, etag=changed.etag))


async def test_a_form_is_revised_while_the_former_edition_stays_in_force(world: World) -> None:
    await make.warehouse(world)
    name = await make.form(world, COUNT)
    stub = make.forms_of(make.steward(world))
    first = await stub.GetForm(forms.GetFormRequest(name=name))
    assert (first.edition, first.in_force_from, first.draft_edition) == (1, "", 0)

    draft = await revise(world, name, first.etag)
    assert (draft.edition, draft.state, draft.draft_edition) == (2, Form.STATE_DRAFT, 2)
    assert list(draft.items) == [COUNT]
    draft.in_force_from = "2026-11-25"
    draft.items.append(NEW)
    changed = await stub.UpdateForm(forms.UpdateFormRequest(form=draft))
    assert (changed.edition, list(changed.items)) == (2, [COUNT, NEW])
    still = await stub.GetForm(forms.GetFormRequest(name=name))
    assert (still.edition, still.state, list(still.items)) == (1, Form.STATE_PUBLISHED, [COUNT])
    assert still.draft_edition == 2
    second = await stub.PublishForm(forms.PublishFormRequest(name=name, etag=changed.etag))

    assert (second.edition, second.state, second.draft_edition) == (2, Form.STATE_PUBLISHED, 0)
    before = await stub.GetForm(forms.GetFormRequest(name=name, period="2026-11-24"))
    after = await stub.GetForm(forms.GetFormRequest(name=name, period="2026-11-25"))
    assert (before.edition, after.edition) == (1, 2)
    assert (await stub.GetForm(forms.GetFormRequest(name=name, edition=1))).items == first.items
    told = await listed(world, name)
    since = [(one.edition, one.in_force_from, one.in_force_until) for one in told.editions]
    assert since == [
        (2, "2026-11-25", ""),
        (1, "", "2026-11-25"),
    ]
    page = await listed(world, name, page_size=1)
    rest = await listed(world, name, page_size=1, page_token=page.next_page_token)
    assert [one.edition for one in rest.editions] == [1]
    with refused("INVALID_PAGE_TOKEN"):
        await listed(world, name, page_token="x")
    with refused("NOT_FOUND"):
        await stub.GetForm(forms.GetFormRequest(name=name, edition=3))


async def test_a_report_keeps_the_edition_that_it_was_begun_by(world: World) -> None:
    await make.warehouse(world)
    name, lan = await make.owed(world, COUNT), make.reporter(world)
    begun = await lan.CreateSubmission(make.beginning(name, {"1": "5"}))
    await revised(world, name, make.TODAY, COUNT, NEW)

    sent = await lan.SubmitSubmission(make.submitting(begun))
    assert (sent.edition, sent.state) == (1, pb.Submission.STATE_SUBMITTED)
    with refused("UNKNOWN_ITEM", item="new"):
        back = await make.returned(world, sent)
        await lan.UpdateSubmission(make.entering(back, {"new": "1"}))


async def test_of_a_period_of_the_new_edition_new_items_are_asked(world: World) -> None:
    await make.warehouse(world)
    name, lan = await make.owed(world, COUNT), make.reporter(world)
    await revised(world, name, make.TODAY, COUNT, NEW)
    old = await lan.CreateSubmission(make.beginning(name, {"1": "5"}, "2026-11-19"))
    new = await lan.CreateSubmission(make.beginning(name, {"1": "5"}))
    assert (old.edition, new.edition) == (1, 2)
    await lan.SubmitSubmission(make.submitting(old))
    with refused("ITEM_MISSING", item="new"):
        await lan.SubmitSubmission(make.submitting(new))


@pytest.mark.parametrize("since", ["", "2026-11-25", "2026-11-24"])
async def test_an_edition_holds_from_later_than_the_former(world: World, since: str) -> None:
    await make.warehouse(world)
    name = await make.form(world, COUNT)
    await revised(world, name, "2026-11-25", COUNT, NEW)
    with refused("EDITION_NOT_LATER", period="2026-11-25"):
        await revised(world, name, since, COUNT)
    stub = make.forms_of(make.steward(world))
    still = await stub.GetForm(forms.GetFormRequest(name=name))
    assert (still.edition, still.draft_edition) == (2, 3)


async def test_the_first_edition_may_begin_with_a_period_and_nothing_is_reported_before(
    world: World,
) -> None:
    await make.warehouse(world)
    stub = make.forms_of(make.steward(world))
    draft = make.draft(COUNT)
    draft.in_force_from = "2026-11-20"
    drafted = await stub.CreateForm(forms.CreateFormRequest(form=draft))
    name = drafted.name
    await stub.PublishForm(forms.PublishFormRequest(name=name, etag=drafted.etag))
    await make.oblige(world, name)
    with refused("NOT_IN_FORCE", period="2026-11-19"):
        await make.reporter(world).CreateSubmission(make.beginning(name, {}, "2026-11-19"))
    assert (await make.reporter(world).CreateSubmission(make.beginning(name))).edition == 1


async def test_revised_twice_is_as_once_and_two_at_once_lose_nothing(world: World) -> None:
    await make.warehouse(world)
    name = await make.form(world, COUNT)
    stub = make.forms_of(make.steward(world))
    first = await stub.GetForm(forms.GetFormRequest(name=name))
    asked = editions.ReviseFormRequest(name=name, etag=first.etag)
    by = make.editions_of(make.steward(world))
    answers = await asyncio.gather(
        by.ReviseForm(asked), by.ReviseForm(asked), return_exceptions=True
    )
    lost = [one.reason for one in answers if isinstance(one, Refused)]
    [draft] = [one for one in answers if isinstance(one, Form)]
    assert lost == ["STALE_WRITE"]
    again = await revise(world, name, draft.etag)
    assert again == draft
    one, other = Form(), Form()
    one.CopyFrom(draft)
    other.CopyFrom(draft)
    one.title_vi = "Của người này"
    other.title_vi = "Của người kia"
    await stub.UpdateForm(forms.UpdateFormRequest(form=one))
    with refused("STALE_WRITE"):
        await stub.UpdateForm(forms.UpdateFormRequest(form=other))
    kept = await stub.GetForm(forms.GetFormRequest(name=name, edition=2))
    assert kept.title_vi == "Của người này"


async def test_what_is_no_published_form_is_not_revised(world: World) -> None:
    await make.warehouse(world)
    stub = make.forms_of(make.steward(world))
    drafted = await stub.CreateForm(forms.CreateFormRequest(form=make.draft(COUNT)))
    with refused("ILLEGAL_MOVE"):
        await revise(world, drafted.name, drafted.etag)
    told = await listed(world, drafted.name)
    assert [one.edition for one in told.editions] == [1]


async def test_a_period_type_stays(world: World) -> None:
    await make.warehouse(world)
    name = await make.form(world, COUNT)
    stub = make.forms_of(make.steward(world))
    now = await stub.GetForm(forms.GetFormRequest(name=name))
    draft = await revise(world, name, now.etag)
    draft.period_type = Form.PERIOD_TYPE_MONTH
    with refused("INVALID_FIELD", field="form.period_type"):
        await stub.UpdateForm(forms.UpdateFormRequest(form=draft))


async def test_values_in_bulk_are_judged_by_the_edition_of_their_period(world: World) -> None:
    await make.warehouse(world)
    name, lan = await make.owed(world, COUNT), make.reporter(world)
    old = await lan.CreateSubmission(make.beginning(name, {}, "2026-11-18"))
    await revised(world, name, "2026-11-18", COUNT, NEW)
    sent = [
        ("2026-11-20", "new", "5"),
        ("2026-11-17", "new", "6"),
        ("2026-11-17", "1", "7"),
        ("2026-11-18", "new", "8"),
        ("2026-11-19", "1", "9"),
    ]
    periods, items, values = zip(*sent, strict=True)
    batch = pb.ImportValuesRequest(
        agency=make.agency(make.HEALTH), form=name, periods=periods, items=items, values=values
    )

    kept = await lan.ImportValues(iter([batch]))

    assert (kept.stored, kept.unchanged, kept.refused) == (3, 0, 2)
    assert [(one.row, one.reason) for one in kept.refusals] == [
        (1, "UNKNOWN_ITEM"),
        (3, "UNKNOWN_ITEM"),
    ]
    found = await lan.ListSubmissions(pb.ListSubmissionsRequest(form=name))
    assert {one.period: one.edition for one in found.submissions} == {
        "2026-11-17": 1,
        "2026-11-18": 1,
        "2026-11-19": 2,
        "2026-11-20": 2,
    }
    assert old.edition == 1
