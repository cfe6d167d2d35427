"""From which period on an edition of a form holds."""

from datetime import time

import pytest

from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain.approvals import InvalidLevel, Level, Where
from saola.services.warehouse.domain.editions import Edition, EditionNotLater, check, check_in_force
from saola.services.warehouse.domain.forms import DueRule, InvalidItem, Item, ValueType
from saola.services.warehouse.domain.periods import NotAPeriod
from saola.services.warehouse.domain.rules import InvalidRule, Range, Rule, Severity

COUNT = Item("1", "Số ca", ValueType.INTEGER)
DUE = DueRule(0, working_days=False, time=time(17))


def edition(since: str = "", **more: tuple[object, ...]) -> Edition:
    given = {"items": (COUNT,), **more}
    return Edition("Biểu", "", "", PeriodType.MONTH, DUE, in_force_from=since, **given)


def test_the_first_may_hold_from_ever_or_from_a_period() -> None:
    assert check_in_force(edition(), []) is None
    assert check_in_force(edition("2026-11"), []) == Period.read("2026-11")


@pytest.mark.parametrize("since", ["", "2026-10", "2026-11"])
def test_a_later_one_holds_later(since: str) -> None:
    with pytest.raises(EditionNotLater, match="2026-11"):
        check_in_force(edition(since), [None, Period.read("2026-11")])
    assert check_in_force(edition("2026-12"), [None, Period.read("2026-11")])


def test_the_second_of_one_that_holds_from_ever_names_a_period() -> None:
    with pytest.raises(EditionNotLater):
        check_in_force(edition(), [None])


@pytest.mark.parametrize("since", ["2026-11-01", "November", "2026-13"])
def test_it_begins_with_a_period_of_the_form(since: str) -> None:
    with pytest.raises(NotAPeriod):
        check_in_force(edition(since), [])


def test_items_rules_and_levels_are_checked_together() -> None:
    check(edition(rules=(Rule("R", "x", Severity.ERROR, Range("1", "0")),)))
    with pytest.raises(InvalidRule):
        check(edition(rules=(Rule("R", "x", Severity.ERROR, Range("1")),)))
    with pytest.raises(InvalidLevel):
        check(edition(levels=(Level("", Where.OWN),)))
    with pytest.raises(InvalidItem):
        check(edition(items=(COUNT, COUNT)))
