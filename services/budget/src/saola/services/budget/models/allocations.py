"""An allocation: a line of a decision on the plan of a year."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from saola.services.budget.domain.entries import Group
from saola.services.budget.domain.money import Flow, Level
from saola.services.budget.models import Base, Recorded
from saola.services.budget.models.entries import HOLDS

LINE = ("year", "flow", "chapter", "group", "level", "document", "day")


class Allocation(Recorded, Base):
    __tablename__ = "allocations"
    __table_args__ = (
        Index("uq_allocations_line", "agency", *LINE, unique=True, postgresql_where=HOLDS),
        Index(None, "agency", "year", "day"),
        Index(None, "day", "id"),
    )

    year: Mapped[int]
    flow: Mapped[Flow]
    chapter: Mapped[str]
    group: Mapped[Group]
    level: Mapped[Level]
