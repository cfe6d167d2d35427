"""What can be seen of the working calendar."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row

from saola.kit.call import ReadUnit
from saola.kit.errors import InvalidField
from saola.kit.paging import page
from saola.services.identity.domain.calendar import FIRST_YEAR, LAST_YEAR, Kind
from saola.services.identity.models.calendar import Day


async def days(
    unit: ReadUnit, size: int, token: str, year: int, kinds: Collection[Kind]
) -> tuple[Sequence[Row[Any]], str]:
    """A page of the days of these kinds, by date."""
    where: list[ColumnElement[bool]] = [Day.kind.in_(kinds)]
    if year:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise InvalidField(field="year")
        where.append(Day.date.between(date(year, 1, 1), date(year, 12, 31)))
    return await page(unit, Day, size, token, *where, order=Day.date)
