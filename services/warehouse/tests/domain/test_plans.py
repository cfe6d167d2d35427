"""Which plans say something new, and whether what they supersede was seen."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from saola.kit.errors import DomainError
from saola.periods.periods import Period
from saola.services.warehouse.domain.plan_files import Known, Row, Standing, judge
from saola.services.warehouse.domain.plans import Held, Outcome, Plan, check_standing, outcome
from saola.services.warehouse.domain.workbooks import Cell

ONE, TWO, CASES = UUID(int=1), UUID(int=2), UUID(int=3)
SIXTY = Plan(CASES, ONE, Period.read("2026"), Decimal(60), "NQ 25")
NOTHING = replace(SIXTY, value=None)
HELD = Held(UUID(int=9), Decimal(50), "NQ 25")
GONE = Held(UUID(int=9), None, "NQ 30")


@pytest.mark.parametrize(
    ("plan", "held", "became"),
    [
        (SIXTY, None, Outcome.STORED),
        (NOTHING, None, Outcome.UNCHANGED),
        (SIXTY, HELD, Outcome.STALE),
        (NOTHING, HELD, Outcome.STALE),
        (replace(SIXTY, seen=HELD.etag), HELD, Outcome.STORED),
        (replace(NOTHING, seen=HELD.etag), HELD, Outcome.STORED),
        (replace(SIXTY, seen=HELD.etag), None, Outcome.STALE),
        (replace(SIXTY, seen=HELD.etag), GONE, Outcome.STALE),
        (SIXTY, GONE, Outcome.STORED),
        (replace(NOTHING, source="NQ 30", seen=HELD.etag), GONE, Outcome.UNCHANGED),
        (replace(SIXTY, value=Decimal("50.0")), HELD, Outcome.UNCHANGED),
        (replace(SIXTY, value=Decimal(50), source="NQ 31"), HELD, Outcome.STALE),
    ],
)
def test_what_becomes_of_a_plan(plan: Plan, held: Held | None, became: Outcome) -> None:
    assert outcome(plan, held) is became


@pytest.mark.parametrize("period", ["2026", "2026-06"])
def test_one_that_is_closed_later_is_planned_for(period: str) -> None:
    check_standing(replace(SIXTY, period=Period.read(period)), date(2026, 7, 1), "A1", "period")


def test_one_that_is_no_more_is_not_planned_for_but_a_plan_is_taken_back() -> None:
    later = replace(SIXTY, period=Period.read("2026-07"))
    with pytest.raises(DomainError) as no:
        check_standing(later, date(2026, 7, 1), "A1", "period")
    assert no.value.reason == "PLAN_AFTER_CLOSING"
    check_standing(replace(later, value=None), date(2026, 7, 1), "A1", "period")


@pytest.mark.parametrize(
    ("period", "owner"), [("2026-06", ONE), ("2026", TWO), ("6 tháng cuối năm 2026", TWO)]
)
def test_a_code_is_whose_it_was_last_in_a_period(period: str, owner: UUID) -> None:
    day = date(2026, 7, 1)
    standing = [
        Standing(ONE, date(2020, 1, 1), day, mine=True),
        Standing(TWO, day, None, mine=True),
    ]
    texts = {"indicator": "CASES", "agency": "A1", "period": period, "value": "1.204,5"}
    cells = {name: Cell("A2", text, typed=True) for name, text in texts.items()}
    known = Known({"CASES": CASES}, {"A1": standing}, "NQ 25")
    verdict = judge([Row(2, cells)], known, "vi")
    assert verdict.plans[2].agency == owner
    assert verdict.plans[2].value == Decimal("1204.5")
