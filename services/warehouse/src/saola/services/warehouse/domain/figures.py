"""The rules of figures: what many cells say together, by how an indicator aggregates. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from saola.services.warehouse.domain.indicators import Aggregation
from saola.services.warehouse.domain.rollups import NOUGHT, Cell
from saola.services.warehouse.domain.values import Status

LAST_DECIMAL: Final = Decimal("0.000001")  # to which what a division makes is rounded


@dataclass(frozen=True, slots=True)
class Sums:
    """Cells of several agencies, added up; of a rate those of its numerator and denominator."""

    reporters: int = 0
    reports: int = 0
    # How many agencies have a number, and how many numbers there are.
    known: int = 0
    numbers: int = 0
    total: Decimal | None = None
    last: Decimal | None = None
    occurred: int = 0
    nothing: bool = False
    estimated: bool = False
    preliminary: bool = False
    revised: bool = False
    direct: bool = False
    fresh_at: datetime | None = None


NONE_REPORTED: Final = Sums()


def together(cells: Iterable[Cell]) -> Sums:
    """Each cell is of another agency."""
    found = list(cells)
    if not found:
        return NONE_REPORTED
    known = [cell for cell in found if cell.total is not None]
    stocks = [cell.last for cell in found if cell.last is not None]
    return Sums(
        reporters=len(found),
        reports=sum(cell.reports for cell in found),
        known=len(known),
        numbers=sum(cell.numbers for cell in found),
        total=sum((cell.total or NOUGHT for cell in known), NOUGHT) if known else None,
        last=sum(stocks, NOUGHT) if stocks else None,
        occurred=sum(cell.occurred for cell in found),
        nothing=all(cell.nothing for cell in known) and bool(known),
        estimated=any(cell.estimated for cell in found),
        preliminary=any(cell.preliminary for cell in found),
        revised=any(cell.revised for cell in found),
        direct=all(cell.direct for cell in found),
        fresh_at=max(cell.fresh_at for cell in found),
    )


def value(aggregation: Aggregation, sums: Sums) -> Decimal | None:
    """The figure, or none: what is missing is not nought. Rates are made by `rate`."""
    if not sums.known:
        return None
    match aggregation:
        case Aggregation.SUM:
            return sums.total
        case Aggregation.LAST:
            return sums.last
        case Aggregation.DISTINCT:
            return Decimal(sums.occurred)
        case _:  # it stands only while it is one number, and reported so
            return sums.total if sums.numbers == 1 and sums.direct else None


def rate(numerator: Decimal | None, denominator: Decimal | None, factor: Decimal) -> Decimal | None:
    """None where a part is unknown, and where it would be a share of nothing."""
    if numerator is None or not denominator:
        return None
    return (factor * numerator / denominator).quantize(LAST_DECIMAL, ROUND_HALF_UP)


def status(shown: Decimal | None, sums: Sums) -> Status | None:
    """What kind of value it is; None where nobody has said anything."""
    if not sums.reporters:
        return None
    if shown is None:
        return None if sums.known else Status.MISSING
    if sums.nothing:
        return Status.NOTHING_OCCURRED
    for is_so, kind in (
        (sums.estimated, Status.ESTIMATED),
        (sums.preliminary, Status.PRELIMINARY),
        (sums.revised, Status.REVISED),
        (not shown, Status.TRUE_ZERO),
    ):
        if is_so:
            return kind
    return Status.VALUE
