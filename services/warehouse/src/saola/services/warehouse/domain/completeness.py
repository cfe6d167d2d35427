"""How complete and how timely reports are, out of what was asked for: no part exceeds the whole."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from saola.kit.errors import Word
from saola.services.warehouse.domain.forms import Item
from saola.services.warehouse.domain.values import Status

# To say that something is missing is honest, but fills nothing.
FILLING: Final = set(Status) - {Status.MISSING, Status.WITHDRAWN}


class Group(Word):
    """What a rate is of."""

    FORM = "form", "biểu"
    FIELD = "field", "lĩnh vực"
    AGENCY = "agency", "đơn vị"
    PERIOD = "period", "kỳ"


class Rate(NamedTuple):
    """How many reports were asked for, and what came of them; how many cells, and how many filled.

    What one is exempt from is not asked for: it stands beside, and is counted nowhere else.
    """

    expected: int = 0
    submitted: int = 0
    on_time: int = 0
    overdue: int = 0
    exempt: int = 0
    required: int = 0
    filled: int = 0


class Cells(NamedTuple):
    """How many cells must be filled, and how many are."""

    required: int
    filled: int


def cells(items: Iterable[Item], said: Mapping[str, Status]) -> Cells:
    required = [item.code for item in items if item.required]
    filled = [code for code in required if said.get(code, Status.WITHDRAWN) in FILLING]
    return Cells(len(required), len(filled))
