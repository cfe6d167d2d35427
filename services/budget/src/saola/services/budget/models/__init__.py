"""What is remembered: entries, allocations, projects; copies of the directory; what is reported."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from saola.directory import tables as directory
from saola.kit.tables import Entity, agency_column, metadata
from saola.services.budget.domain import money
from saola.subsystem import tables as subsystem


class Base(Entity, DeclarativeBase):
    metadata = metadata()


directory.join(Base.metadata)
subsystem.join(Base.metadata)


class Recorded(Entity):
    """An amount of an agency, of a day, by a document. Rows are added; a correction supersedes."""

    agency: Mapped[UUID] = agency_column()
    day: Mapped[date]
    document: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    # Who recorded it, as in tokens.
    recorder: Mapped[str]
    supersedes: Mapped[UUID | None]
    superseded_at: Mapped[datetime | None]
    reason: Mapped[str]

    def supersede(self, at: datetime) -> None:
        """It holds no more."""
        if self.superseded_at is not None:
            raise money.Superseded(name=self.name)
        self.superseded_at = at
