"""A file of plans: what its lines say, or why not. What others planned meanwhile is for later."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from saola.kit.errors import Code, DomainError, InvalidField
from saola.periods.periods import Period, PeriodType
from saola.services.warehouse.domain import numbers
from saola.services.warehouse.domain.bulk import MOST_ROWS, TooManyRows
from saola.services.warehouse.domain.lists import written_period
from saola.services.warehouse.domain.periods import NotAPeriod
from saola.services.warehouse.domain.plans import (
    LONGEST_SOURCE,
    DuplicatePlan,
    Key,
    Plan,
    check_standing,
)
from saola.services.warehouse.domain.workbooks import Cell, Formula, SurplusCells

# The longest first: what is called `2026` is a year.
TYPES: Final = (
    PeriodType.YEAR,
    PeriodType.HALF_YEAR,
    PeriodType.NINE_MONTHS,
    PeriodType.QUARTER,
    PeriodType.MONTH,
)
TAKEN_BACK: Final = ("thu hồi", "take back")
SHOWN: Final = 40  # of a code that there is not


class UnknownIndicator(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{code}” không phải là mã chỉ tiêu được giao ở đây."
    en = "“{code}” is no code of an indicator that is planned here."


class UnknownAgency(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Không có đơn vị mã “{code}” trong phạm vi của bạn ở kỳ đó."
    en = "There is no agency “{code}” of yours in that period."


class NotAPlannedPeriod(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "“{period}” không phải là kỳ kế hoạch: năm, 6 tháng, 9 tháng, quý hoặc tháng."
    en = "“{period}” is no period of plans: a year, half-year, nine months, quarter or month."


class NoDocument(DomainError):
    code = Code.INVALID_ARGUMENT
    vi = "Chưa ghi văn bản giao kế hoạch."
    en = "The document that says so is missing."


class PlannedMeanwhile(DomainError):
    code = Code.ABORTED
    vi = "Đã có kế hoạch khác với bản ghi trong tệp này. Hãy tải lại tệp mẫu rồi điền."
    en = "Another plan holds than this file was drawn up with. Download it again, and fill it in."


class Row(NamedTuple):
    """A line of a file: its number, its cells by the names of the columns, and the place of what
    stands right of all heads."""

    number: int
    cells: Mapping[str, Cell]
    surplus: str = ""

    @property
    def says_nothing(self) -> bool:
        value = self.cells["value"]
        return not (value.text or value.formula or self.surplus)


class Standing(NamedTuple):
    """Of whom a code is, from when to when, and whether whoever sent the file plans for it."""

    agency: UUID
    since: date
    closed: date | None
    mine: bool


class Known(NamedTuple):
    """What the codes of a file stand for, and the document of the lines that name none."""

    indicators: Mapping[str, UUID]
    agencies: Mapping[str, Sequence[Standing]]
    source: str


@dataclass
class Verdict:
    """received = plans + flaws, each by the number of its line."""

    received: int = 0
    plans: dict[int, Plan] = field(default_factory=dict)
    flaws: dict[int, DomainError] = field(default_factory=dict)


def judge(rows: Iterable[Row], known: Known, language: str) -> Verdict:
    """`language` is how numbers are typed. A line without a plan says nothing, and takes none
    back: that is said in words."""
    verdict, seen = Verdict(), set[Key]()
    for row in rows:
        if row.says_nothing:
            continue
        verdict.received += 1
        if verdict.received > MOST_ROWS:
            raise TooManyRows(most=MOST_ROWS)
        try:
            plan = _plan(row, known, language)
            if plan.key in seen:
                raise DuplicatePlan(field=row.cells["value"].place)
        except DomainError as flaw:
            verdict.flaws[row.number] = flaw
        else:
            seen.add(plan.key)
            verdict.plans[row.number] = plan
    return verdict


def _plan(row: Row, known: Known, language: str) -> Plan:
    cells = row.cells
    if row.surplus:
        item = cells["indicator"].text[:SHOWN]
        raise SurplusCells(field=row.surplus, item=item, cell=row.surplus)
    for cell in cells.values():
        if cell.formula:
            raise Formula(field=cell.place, item="", cell=cell.place)
    code = cells["indicator"]
    if code.text not in known.indicators:
        raise UnknownIndicator(field=code.place, code=code.text[:SHOWN])
    period, value = _period(cells["period"]), _value(cells, language)
    agency = _agency(cells["agency"], known, period)
    source, version = cells.get("source"), cells.get("version")
    plan = Plan(
        known.indicators[code.text],
        agency.agency,
        period,
        value,
        _source(source, known.source, cells["value"].place),
        f'"{version.text}"' if version and version.text else "",
    )
    check_standing(plan, agency.closed, cells["agency"].text, cells["period"].place)
    return plan


def _agency(cell: Cell, known: Known, period: Period) -> Standing:
    """Whoever has the code in that period; of several whoever has it last."""
    those = [one for one in known.agencies.get(cell.text, ()) if one.since <= period.last]
    found = max(those, key=lambda one: one.since, default=None)
    if found is None or not found.mine:
        raise UnknownAgency(field=cell.place, code=cell.text[:SHOWN])
    return found


def _value(cells: Mapping[str, Cell], language: str) -> Decimal | None:
    cell = cells["value"]
    if cell.text.casefold() in TAKEN_BACK:
        return None
    item = f"{cells['indicator'].text} · {cells['agency'].text}"
    return numbers.read(cell.text, language if cell.typed else "", item, cell.place)


def _source(cell: Cell | None, usual: str, place: str) -> str:
    source = (cell.text if cell else "") or usual
    if not source:
        raise NoDocument(field=cell.place if cell else place)
    if len(source) > LONGEST_SOURCE or not source.isprintable():
        raise InvalidField(field=cell.place if cell else place)
    return source


def _period(cell: Cell) -> Period:
    if found := _called(cell.text):
        return found
    raise NotAPlannedPeriod(field=cell.place, period=cell.text[:SHOWN])


@lru_cache(maxsize=1000)
def _called(text: str) -> Period | None:
    for type in TYPES:
        try:
            return Period.read(written_period(Cell("", text), type))
        except NotAPeriod:
            continue
    return None
