"""Who takes over when agencies are closed, and whose a stock is then."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from saola.periods.periods import Period
from saola.services.warehouse.domain.reorganisations import Closing, mergers
from saola.services.warehouse.domain.rollups import Said, direct
from saola.services.warehouse.domain.values import Status

OLD, NEXT, LAST, OTHER = (UUID(int=number) for number in range(1, 5))
JULY = date(2026, 7, 1)
YEAR = [Period.read("2026")]
CAME = datetime(2026, 8, 5, tzinfo=UTC)


def cell(number: int | None) -> object:
    status = Status.MISSING if number is None else Status.VALUE
    value = None if number is None else Decimal(number)
    return direct([Said(OTHER, status, str(number or ""), value, CAME)])


def test_a_chain_of_successors_is_followed_and_a_ring_is_not_for_ever() -> None:
    chain = [Closing(OLD, JULY, NEXT), Closing(NEXT, date(2026, 9, 1), LAST)]
    assert mergers(chain, date(2026, 8, 31))[OLD].heirs == [NEXT]
    assert mergers(chain, date(2026, 9, 1))[OLD].heirs == [NEXT, LAST]
    ring = [Closing(OLD, JULY, NEXT), Closing(NEXT, JULY, OLD)]
    assert mergers(ring, JULY)[OLD].heirs == [NEXT, OLD]
    assert mergers([Closing(OLD, JULY)], JULY) == {}
    assert mergers(chain, date(2026, 6, 30)) == {}


@pytest.mark.parametrize(
    ("heir", "period", "number", "told"),
    [
        (NEXT, "2026-07", 240, True),
        (LAST, "2026-07", 240, True),
        (OTHER, "2026-07", 240, False),
        (NEXT, "2026-06", 140, False),  # before it held the other's
        (NEXT, "2027-01", 240, False),  # after the period that is asked for
        (NEXT, "2026-07", None, False),
    ],
)
def test_a_stock_is_told_once_an_heir_has_said_it_since(
    heir: UUID, period: str, number: int | None, *, told: bool
) -> None:
    merger = mergers([Closing(OLD, JULY, NEXT), Closing(NEXT, JULY, LAST)], JULY)[OLD]
    assert merger.is_told({heir: {Period.read(period): cell(number)}}, YEAR) is told


def test_outside_the_period_of_its_closing_a_stock_is_its_own() -> None:
    merger = mergers([Closing(OLD, JULY, NEXT)], JULY)[OLD]
    said = {NEXT: {Period.read("2026-07"): cell(240)}}
    assert not merger.is_told(said, [Period.read("2026-Q2")])
    assert not merger.is_told(said, [Period.read("2026-Q3")])  # it begins on that day
    assert merger.is_told(said, [Period.read("2026-Q1"), YEAR[0]])
    half = Period.read("2026-S1")
    assert not merger.is_told(said, [half, Period.read("2026-07-30")])  # the month is not over
    assert merger.is_told(said, [half, Period.read("2026-07-31")])
