"""What one can do with a table: keep the values of many periods that it holds."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from saola.kit.call import Unit
from saola.kit.errors import DomainError
from saola.kit.names import id_of
from saola.services.warehouse.domain.bulk import Flaws, Rows
from saola.services.warehouse.domain.submissions import Channel
from saola.services.warehouse.domain.workbooks import ForeignWorkbook
from saola.services.warehouse.queries import forms
from saola.services.warehouse.usecases import observations
from saola.services.warehouse.usecases.observations import Kept


class Judged(NamedTuple):
    """By what the rows were judged: a form, its edition, and those of periods that have others."""

    agency: str
    form: str
    edition: int
    others: Mapping[str, int]


async def take(unit: Unit, by: Judged, rows: Rows) -> tuple[Kept, Mapping[str, DomainError]]:
    """Keeps rows of many periods, and says which periods were refused. Nothing is submitted."""
    agency, kept, every = id_of("agencies", by.agency), Kept(0, 0, Flaws()), set(rows.numbers)
    for edition, places in await forms.editions_for(unit, by.form, agency, rows.periods):
        its = {rows.numbers[place] for place in places}
        part = rows.without(every - its)
        one = await _part(unit, agency, by, edition.edition, part)
        kept = Kept(
            kept.stored + one.stored, kept.unchanged + one.unchanged, kept.flaws + one.flaws
        )
    flaws = sorted(kept.flaws, key=lambda flaw: flaw[0])
    periods = dict(zip(rows.numbers, rows.periods, strict=True))
    return kept._replace(flaws=flaws), {periods[number]: flaw for number, flaw in flaws}


async def _part(unit: Unit, agency: UUID, by: Judged, edition: int, rows: Rows) -> Kept:
    """What was judged by another edition than holds now was revised meanwhile."""
    revised = ForeignWorkbook(field="version")
    old = [
        number
        for number, period in zip(rows.numbers, rows.periods, strict=True)
        if by.others.get(period, by.edition) != edition
    ]
    kept = Kept(0, 0, [(number, revised) for number in old])
    if len(old) == len(rows.numbers):
        return kept
    form = await forms.edition(unit, by.form, edition)
    one = await observations.keep(unit, agency, form, rows.without({*old}), Channel.CSV)
    return one._replace(flaws=one.flaws + kept.flaws)
