"""A service of the tests: it counts something, by agency and day, and reports it every day."""

from collections.abc import Collection
from datetime import date, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import DeclarativeBase, Mapped

from saola.kit.app import App
from saola.kit.call import ReadUnit
from saola.kit.jobs import Jobs
from saola.kit.tables import Entity, agency_column, metadata
from saola.kit.tasks import Tasks
from saola.periods.periods import PeriodType
from saola.periods.windows import Bounds
from saola.subsystem import delivering, tables
from saola.subsystem.declarations import Aggregation, Indicator, Measure, Moment, Report


class Base(Entity, DeclarativeBase):
    metadata = metadata()


tables.join(Base.metadata)


class Count(Base):
    __tablename__ = "counts"

    agency: Mapped[UUID] = agency_column()
    day: Mapped[date]
    number: Mapped[int]


async def _day(unit: ReadUnit, agency: UUID, bounds: Bounds) -> int | None:
    return await _sum(unit, agency, bounds.last, bounds.last)


async def _year(unit: ReadUnit, agency: UUID, bounds: Bounds) -> int | None:
    return await _sum(unit, agency, date(bounds.last.year, 1, 1), bounds.last)


async def _sum(unit: ReadUnit, agency: UUID, first: date, last: date) -> int | None:
    its = (Count.agency == agency, Count.day.between(first, last))
    row = await unit.one(select(func.sum(Count.number).label("all")).where(*its))
    return row and row.all


async def _agencies(unit: ReadUnit) -> Collection[UUID]:
    return [row.agency for row in await unit.rows(select(Count.agency).distinct())]


REPORT = Report(
    "DEM-01",
    "Số đếm trong ngày",
    "Counts of the day",
    "counts",
    PeriodType.DAY,
    due=Moment(1, time(8)),
    cut_off=Moment(1, time(6)),
    measures=[
        Measure("ngay", Indicator("DEM.NGAY", "Trong ngày", "Day", "", Aggregation.SUM), _day),
        Measure("nam", Indicator("DEM.NAM", "Từ đầu năm", "Year", "", Aggregation.LAST), _year),
    ],
    agencies=_agencies,
)
clock, tasks = Jobs(), Tasks()
delivering.report(clock, tasks, [REPORT])
app = App("counts", Base.metadata, jobs=clock, tasks=tasks, package=__name__)
