"""Who stands in for whom in a history: a deputy holds another's position too, for some days.

What identity knows of it is in the deputy's token, as of the day on which it is shown.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from services.warehouse.tests import make

# Three with a position of their own each, from which they decide by right.
DEPUTIES: Mapping[str, UUID] = {"an": make.HEALTH, "binh": make.SCHOOLS, "chi": make.SCHOOLS}


class Delegation(NamedTuple):
    """A position in an agency, and of whom."""

    deputy: str
    agency: UUID
    whose: str
    first: date
    end: date

    def holds(self, day: date) -> bool:
        return self.first <= day < self.end


class Deputies:
    """Each stands in for one at a time."""

    def __init__(self, lot: random.Random) -> None:
        self._lot = lot
        self._told = list[Delegation]()

    def delegate(self, agencies: Sequence[UUID], today: date) -> None:
        """Mostly for an approver; now and then for whoever also reports."""
        first = today + timedelta(days=self._lot.randint(-1, 4))
        end, deputy = first + timedelta(days=self._lot.randint(1, 6)), self._lot.choice([*DEPUTIES])
        if any(one.deputy == deputy and one.end > first for one in self._told):
            return
        agency = self._lot.choice([*agencies, make.ROOT])
        whose = f"{self._lot.choice(['approver'] * 3 + ['reporter'])}-{agency.int}"
        self._told.append(Delegation(deputy, agency, whose, first, end))

    def positions(self, deputy: str, today: date) -> Mapping[UUID, str]:
        """Where a deputy may decide on a day: as whose deputy, or by right."""
        held = {
            one.agency: one.whose for one in self._told if one.deputy == deputy and one.holds(today)
        }
        return {**held, DEPUTIES[deputy]: ""}

    def about(self, agencies: Collection[UUID]) -> str:
        """One who stands in there, has stood in, or is to."""
        fit = [one.deputy for one in self._told[-len(DEPUTIES) * 2 :] if one.agency in agencies]
        return self._lot.choice(fit or [*DEPUTIES])
