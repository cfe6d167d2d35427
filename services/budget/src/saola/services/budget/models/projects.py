"""A project of public investment, and what was planned and disbursed for it."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from saola.kit.tables import agency_column
from saola.kit.words import fold
from saola.services.budget.domain import projects
from saola.services.budget.domain.projects import Kind, Said
from saola.services.budget.models import Base, Recorded
from saola.services.budget.models.entries import HOLDS

LINE = ("project", "kind", "year", "day", "document")


class Project(Base):
    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("agency", "code"), Index(None, "code", "id"))

    agency: Mapped[UUID] = agency_column()
    code: Mapped[str]
    title: Mapped[str]
    area: Mapped[str]
    total: Mapped[int] = mapped_column(BigInteger)
    first_day: Mapped[date]
    last_day: Mapped[date]
    # The first day on which it is late, unless it is finished by then.
    late_day: Mapped[date]
    finish_day: Mapped[date | None]
    progress: Mapped[int]
    obstacle: Mapped[str]
    folded: Mapped[str]

    @classmethod
    def create(cls, agency: UUID, code: str, said: Said, at: datetime, today: date) -> Self:
        project = cls(agency=agency, code=projects.check_code(code), created_at=at)
        project.say(said, today)
        return project

    def say(self, said: Said, today: date) -> None:
        projects.check(said, today)
        self.title, self.area, self.total = said.title, said.area, said.total
        self.first_day, self.last_day, self.finish_day = said.first, said.last, said.finished
        self.late_day = projects.late_since(said.last)
        self.progress, self.obstacle = said.progress, said.obstacle
        self.folded = fold(f"{self.code} {said.title}")


class Payment(Recorded, Base):
    __tablename__ = "payments"
    __table_args__ = (
        Index("uq_payments_line", *LINE, unique=True, postgresql_where=HOLDS),
        Index(None, "agency", "year", "kind", "day"),
        Index(None, "project", "day", "id"),
    )

    project: Mapped[UUID]
    kind: Mapped[Kind]
    year: Mapped[int]
