"""The dictionary and the forms, as a steward keeps them."""

from typing import Any

import pytest
from services.warehouse.tests import make

from saola.apis.warehouse.v1 import forms_pb2 as pb
from saola.apis.warehouse.v1 import indicators_pb2 as indicators
from saola.testing.plugin import World, refused


async def test_a_form_is_drafted_changed_and_published_and_then_changes_no_more(
    world: World,
) -> None:
    await make.warehouse(world)
    stub = make.forms_of(make.steward(world))
    drafted = await stub.CreateForm(pb.CreateFormRequest(form=make.draft()))
    assert drafted.state == pb.Form.STATE_DRAFT
    drafted.title_vi = "Báo cáo dịch bệnh hằng ngày"
    changed = await stub.UpdateForm(pb.UpdateFormRequest(form=drafted))
    published = await stub.PublishForm(pb.PublishFormRequest(name=changed.name, etag=changed.etag))

    assert published.title_vi == "Báo cáo dịch bệnh hằng ngày"
    assert list(published.items) == list(make.ITEMS)
    assert await stub.GetForm(pb.GetFormRequest(name=published.name)) == published
    with refused("ILLEGAL_MOVE", current="published"):
        await stub.UpdateForm(pb.UpdateFormRequest(form=published))
    with refused("STALE_WRITE"):
        await stub.RetireForm(pb.RetireFormRequest(name=drafted.name, etag=drafted.etag))


async def test_a_code_is_given_once(world: World) -> None:
    await make.warehouse(world)
    await make.form(world)
    with refused("ALREADY_EXISTS", field="code", value="YT-01"):
        await make.form(world)
    await make.indicator(world)
    with refused("ALREADY_EXISTS", field="code"):
        await make.indicator(world)


async def test_an_item_that_cannot_work_is_named(world: World) -> None:
    await make.warehouse(world)
    with refused("INVALID_ITEM", field="form.items[0].choices", item="1"):
        await make.form(
            world, make.Item(code="1", label_vi="Cấp", value_type=pb.Form.VALUE_TYPE_CHOICE)
        )
    unknown = make.Item(code="1", label_vi="Số", value_type=pb.Form.VALUE_TYPE_INTEGER)
    unknown.indicator = f"indicators/{make.ROOT}"
    with refused("NOT_FOUND", name=unknown.indicator):
        await make.form(world, unknown)


async def test_forms_are_found_without_diacritics_and_by_state(world: World) -> None:
    await make.warehouse(world)
    stub = make.forms_of(make.steward(world))
    published = await make.form(world, code="YT-02")
    draft = await stub.CreateForm(pb.CreateFormRequest(form=make.draft(code="YT-01")))

    async def names(**asked: Any) -> list[str]:
        page = await stub.ListForms(pb.ListFormsRequest(**asked))
        return [form.name for form in page.forms]

    assert await names(query="dich BENH") == [draft.name, published]
    assert await names(query="100%") == []
    assert await names(state=pb.Form.STATE_PUBLISHED) == [published]


async def test_an_indicator_keeps_its_code(world: World) -> None:
    await make.warehouse(world)
    name = await make.indicator(world)
    stub = make.indicators_of(make.steward(world))
    found = await stub.GetIndicator(indicators.GetIndicatorRequest(name=name))
    found.title_vi, found.code = "Số ca mắc", "OTHER"
    changed = await stub.UpdateIndicator(indicators.UpdateIndicatorRequest(indicator=found))
    assert (changed.title_vi, changed.code) == ("Số ca mắc", "HEALTH.CASES")
    listed = await stub.ListIndicators(
        indicators.ListIndicatorsRequest(query="so ca", field="health")
    )
    assert list(listed.indicators) == [changed]


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "a"), ("field", "Y tế"), ("aggregation", 77), ("title_vi", "x" * 301)],
)
async def test_a_field_that_holds_what_it_cannot_is_refused(
    world: World, field: str, value: str
) -> None:
    await make.warehouse(world)
    asked = indicators.Indicator(
        code="A", title_vi="A", field="health", aggregation=indicators.Indicator.AGGREGATION_SUM
    )
    setattr(asked, field, value)
    stub = make.indicators_of(make.steward(world))
    with refused("INVALID_FIELD"):
        await stub.CreateIndicator(indicators.CreateIndicatorRequest(indicator=asked))


async def test_every_change_is_told_once(world: World) -> None:
    await make.warehouse(world)
    await make.indicator(world)
    form = await make.form(world)
    await make.oblige(world, form)
    sent = await make.sent(world, form, {"1": "12"})
    await make.returned(world, sent)
    await world.settle()
    told = [event.type.rpartition(".")[2] for event in await world.told()]
    assert told == [
        "IndicatorChanged",
        "FormChanged",
        "ObligationChanged",
        "SubmissionEntered",
        "SubmissionSubmitted",
        "SubmissionReturned",
    ]
