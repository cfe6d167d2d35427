"""What happens by the clock: the directory turns, and at each cut-off the warehouse is told what is
declared here."""

from collections.abc import Callable, Collection
from datetime import date, time
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, union

from saola.directory import following
from saola.directory.tables import agencies as directory
from saola.kit.call import ReadUnit
from saola.kit.jobs import Jobs
from saola.kit.tasks import Tasks
from saola.periods.local import local_day
from saola.periods.periods import PeriodType
from saola.periods.windows import Bounds
from saola.services.budget.domain.entries import Group, read_ranges
from saola.services.budget.domain.money import Flow
from saola.services.budget.domain.projects import Kind
from saola.services.budget.models.allocations import Allocation
from saola.services.budget.models.entries import Entry
from saola.services.budget.models.projects import Project
from saola.services.budget.queries import execution, projects
from saola.services.budget.settings import Settings
from saola.subsystem import delivering
from saola.subsystem.declarations import (
    Aggregation,
    Compute,
    Direction,
    Indicator,
    Measure,
    Moment,
    Report,
)

SUM, LAST, RATE = Aggregation.SUM, Aggregation.LAST, Aggregation.RATE
UP, DOWN = Direction.UP, Direction.DOWN
Of = Callable[[ReadUnit], tuple[ColumnElement[bool], ...]]


async def reporters(unit: ReadUnit) -> Collection[UUID]:
    """Every agency that keeps money here, while there is one."""
    keeping = union(*(select(one.agency) for one in (Entry, Allocation, Project))).subquery()
    today = local_day(unit.now)
    there = (directory.c.valid_to.is_(None)) | (directory.c.valid_to > today)
    rows = await unit.rows(
        select(keeping.c.agency)
        .join(directory, directory.c.id == keeping.c.agency)
        .where(directory.c.valid_from <= today, there)
    )
    return [row.agency for row in rows]


def _flow(flow: Flow) -> Of:
    return lambda _: (Entry.flow == flow,)


def _group(group: Group) -> Of:
    return lambda unit: (
        Entry.flow == group.flow,
        execution.grouped(unit.settings(Settings)) == group.value,
    )


def _land(unit: ReadUnit) -> tuple[ColumnElement[bool], ...]:
    ranges = read_ranges(unit.settings(Settings).land)
    return Entry.flow == Flow.REVENUE, execution.within(ranges)


def _done(of: Of) -> Compute:
    async def compute(unit: ReadUnit, agency: UUID, bounds: Bounds) -> int | None:
        return await execution.done(unit, agency, bounds.first, bounds.last, *of(unit))

    return compute


def _planned(*of: ColumnElement[bool]) -> Compute:
    async def compute(unit: ReadUnit, agency: UUID, bounds: Bounds) -> int | None:
        return await execution.planned(unit, agency, bounds.last, *of)

    return compute


def _paid(kind: Kind, since: Callable[[Bounds], date]) -> Compute:
    async def compute(unit: ReadUnit, agency: UUID, bounds: Bounds) -> int | None:
        days = Bounds(since(bounds), bounds.last)
        return await projects.of_agency(unit, agency, kind, days)

    return compute


def _projects(of: Callable[[date], tuple[ColumnElement[bool], ...]]) -> Compute:
    async def compute(unit: ReadUnit, agency: UUID, bounds: Bounds) -> int | None:
        return await projects.count(unit, agency, bounds.last, *of(bounds.last))

    return compute


def _dong(code: str, vi: str, en: str, aggregation: Aggregation, way: Direction) -> Indicator:
    return Indicator(code, vi, en, "đồng", aggregation, way)


def _rate(code: str, vi: str, en: str, parts: tuple[str, str], way: Direction = UP) -> Indicator:
    numerator, denominator = parts
    return Indicator(
        code, vi, en, "%", RATE, way, decimals=1, numerator=numerator, denominator=denominator
    )


def _flows(item: str, code: str, vi: str, en: str, of: Of) -> Measure:
    return Measure(item, _dong(code, vi, en, SUM, UP), _done(of))


def _plans(item: str, code: str, vi: str, en: str, *of: ColumnElement[bool]) -> Measure:
    return Measure(item, _dong(code, vi, en, LAST, Direction.NEUTRAL), _planned(*of))


MEASURES: Final = [
    _flows("thu", "NS.THU", "Thu NSNN", "State budget revenue", _flow(Flow.REVENUE)),
    _flows("thu_nd", "NS.THU_ND", "Thu nội địa", "Domestic revenue", _group(Group.DOMESTIC)),
    _flows("thu_dat", "NS.THU_DAT", "Thu tiền sử dụng đất", "Revenue from land", _land),
    _flows("thu_xnk", "NS.THU_XNK", "Thu xuất nhập khẩu", "Customs", _group(Group.CUSTOMS)),
    _flows("chi_tx", "NS.CHI_TX", "Chi thường xuyên", "Recurrent", _group(Group.RECURRENT)),
    _flows("chi_dt", "NS.CHI_DT", "Chi đầu tư", "Investment", _group(Group.INVESTMENT)),
    _plans("dt_thu", "NS.DT_THU", "Dự toán thu", "Plan: revenue", Allocation.flow == Flow.REVENUE),
    _plans(
        "dt_thu_nd",
        "NS.DT_THU_ND",
        "Dự toán thu nội địa",
        "Plan: domestic revenue",
        Allocation.group == Group.DOMESTIC,
    ),
    _plans(
        "dt_chi_tx",
        "NS.DT_CHI_TX",
        "Dự toán chi thường xuyên",
        "Plan: recurrent expenditure",
        Allocation.group == Group.RECURRENT,
    ),
    _plans(
        "dt_chi_dt",
        "NS.DT_CHI_DT",
        "Dự toán chi đầu tư",
        "Plan: investment",
        Allocation.group == Group.INVESTMENT,
    ),
    Measure(
        "kh_von",
        _dong("NS.KH_VON", "Kế hoạch vốn đầu tư công", "Capital plan", LAST, Direction.NEUTRAL),
        _paid(Kind.PLAN, lambda bounds: date(bounds.last.year - 1, 1, 1)),
    ),
    Measure(
        "giai_ngan",
        _dong("NS.GIAI_NGAN", "Giải ngân vốn đầu tư công", "Capital disbursed", SUM, UP),
        _paid(Kind.DISBURSEMENT, lambda bounds: bounds.first),
    ),
    Measure(
        "du_an",
        Indicator("NS.DU_AN", "Dự án đang thực hiện", "Projects", "dự án", LAST),
        _projects(lambda _: ()),
    ),
    Measure(
        "du_an_cham",
        Indicator("NS.DU_AN_CHAM", "Dự án chậm trên 2 tháng", "Late projects", "dự án", LAST, DOWN),
        _projects(lambda on: (projects.late(on),)),
    ),
]
RATES: Final = [
    _rate("NS.THU_PCT", "Thu NSNN so dự toán", "Revenue: done", ("NS.THU", "NS.DT_THU")),
    _rate(
        "NS.THU_ND_PCT",
        "Thu nội địa so dự toán",
        "Domestic revenue: done",
        ("NS.THU_ND", "NS.DT_THU_ND"),
    ),
    _rate(
        "NS.CHI_TX_PCT",
        "Chi thường xuyên so dự toán",
        "Recurrent expenditure: done",
        ("NS.CHI_TX", "NS.DT_CHI_TX"),
    ),
    _rate(
        "NS.CHI_DT_PCT", "Chi đầu tư so dự toán", "Investment: done", ("NS.CHI_DT", "NS.DT_CHI_DT")
    ),
    _rate(
        "NS.GIAI_NGAN_PCT",
        "Giải ngân đầu tư công so kế hoạch",
        "Capital: disbursed",
        ("NS.GIAI_NGAN", "NS.KH_VON"),
    ),
    _rate(
        "NS.DU_AN_CHAM_PCT",
        "Tỷ lệ dự án chậm trên 2 tháng",
        "Share of late projects",
        ("NS.DU_AN_CHAM", "NS.DU_AN"),
        DOWN,
    ),
]
# The treasury books until the evening; what it books later corrects the report.
DAILY: Final = Report(
    "NS-10",
    "Thu, chi ngân sách và giải ngân đầu tư công trong ngày",
    "Revenue, expenditure and public investment of the day",
    "budget",
    PeriodType.DAY,
    due=Moment(1, time(8)),
    cut_off=Moment(1, time(6)),
    measures=MEASURES,
    agencies=reporters,
    rates=RATES,
    before=lambda unit: unit.settings(Settings).days_before,
)
clock, tasks = Jobs(), Tasks()
following.keep_time(clock)
delivering.report(clock, tasks, [DAILY])
