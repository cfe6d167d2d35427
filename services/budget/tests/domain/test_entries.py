"""To which group an item counts, as a site has set it."""

import pytest

from saola.services.budget.domain.entries import Group, group_of
from saola.services.budget.domain.money import Flow
from saola.services.budget.settings import Settings


@pytest.mark.parametrize(
    ("flow", "item", "group"),
    [
        (Flow.REVENUE, "1701", Group.DOMESTIC),
        (Flow.REVENUE, "1702", Group.CUSTOMS),
        (Flow.REVENUE, "1999", Group.CUSTOMS),
        (Flow.REVENUE, "2000", Group.DOMESTIC),
        (Flow.EXPENDITURE, "6001", Group.RECURRENT),
        (Flow.EXPENDITURE, "9301", Group.INVESTMENT),
        (Flow.EXPENDITURE, "1702", Group.OTHER_EXPENDITURE),
    ],
)
def test_an_item_counts_to_the_group_of_its_flow(flow: Flow, item: str, group: Group) -> None:
    assert group_of(flow, item, Settings().groups) is group
