"""What a form may ask."""

from dataclasses import replace
from datetime import time

import pytest

from saola.kit.errors import DomainError, InvalidField, MissingField
from saola.periods.periods import PeriodType
from saola.services.warehouse.domain import forms
from saola.services.warehouse.domain.forms import (
    Draft,
    DueRule,
    FormNotPublished,
    Item,
    State,
    ValueType,
)

NUMBER = Item("1.1", "Số ca", ValueType.DECIMAL, decimals=2, minimum="0", maximum="99.5")
CHOICE = Item("2", "Cấp", ValueType.CHOICE, choices=("I", "II"))


AT_FIVE = DueRule(0, working_days=False, time=time(17))


def draft(*items: Item, title: str = "Báo cáo ngày") -> None:
    forms.check(Draft(title, "", "health", PeriodType.DAY, AT_FIVE, items))


def test_a_form_of_every_type_can_be_drafted() -> None:
    plain = [Item(f"{n}", "Dòng", type) for n, type in enumerate(ValueType, 10) if type != "choice"]
    draft(NUMBER, CHOICE, *plain)


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (replace(NUMBER, code="a b"), "code"),
        (replace(NUMBER, code="=1"), "code"),
        (replace(NUMBER, label_vi=" "), "label_vi"),
        (replace(NUMBER, label_en="a\nb"), "label_en"),
        (replace(NUMBER, minimum="zero"), "minimum"),
        (replace(NUMBER, minimum="1e2"), "minimum"),
        (replace(NUMBER, maximum="-1"), "maximum"),
        (replace(NUMBER, decimals=7), "decimals"),
        (replace(NUMBER, decimals=-1), "decimals"),
        (replace(NUMBER, longest=5), "longest"),
        (replace(NUMBER, choices=("I",)), "choices"),
        (replace(NUMBER, value_type=ValueType.INTEGER), "decimals"),
        (replace(CHOICE, choices=()), "choices"),
        (replace(CHOICE, choices=("I", "i")), "choices"),
        (replace(CHOICE, choices=("I", "")), "choices"),
        (replace(CHOICE, minimum="1"), "minimum"),
        (Item("1", "Chữ", ValueType.TEXT, longest=10_001), "longest"),
    ],
)
def test_an_item_that_cannot_work_is_refused_by_its_field(item: Item, field: str) -> None:
    with pytest.raises(forms.InvalidItem) as no:
        draft(CHOICE if item.code != "2" else NUMBER, item)
    assert no.value.facts == {"field": f"form.items[1].{field}", "item": item.code}


def test_codes_differ_by_more_than_their_case() -> None:
    with pytest.raises(forms.InvalidItem, match=r"items\[1\].code"):
        draft(replace(CHOICE, code="a"), replace(CHOICE, code="A"))


def test_a_form_has_items_a_code_and_a_readable_title() -> None:
    with pytest.raises(MissingField):
        draft()
    with pytest.raises(InvalidField):
        forms.check_code("thường")
    with pytest.raises(InvalidField):
        draft(NUMBER, title="x" * 301)


def test_a_form_is_drafted_published_and_retired_in_this_order() -> None:
    assert forms.move(State.DRAFT, State.PUBLISHED) is State.PUBLISHED
    assert forms.move(State.PUBLISHED, State.RETIRED) is State.RETIRED
    for current, to in [(State.DRAFT, State.RETIRED), (State.RETIRED, State.PUBLISHED)]:
        with pytest.raises(DomainError) as no:
            forms.move(current, to)
        assert no.value.reason == "ILLEGAL_MOVE"


def test_only_a_published_form_is_reported_by() -> None:
    forms.check_published(State.PUBLISHED, "forms/1")
    for state in (State.DRAFT, State.RETIRED):
        with pytest.raises(FormNotPublished):
            forms.check_published(state, "forms/1")
