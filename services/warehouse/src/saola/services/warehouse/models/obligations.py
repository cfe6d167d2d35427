"""An obligation: an agency reports by a form, from a day to a day; and what was known when."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Column, Date, Index, Integer, Table, Text, Uuid
from sqlalchemy.orm import Mapped

from saola.kit.tables import Instant, agency_column
from saola.services.warehouse.domain.obligations import Cause, Term, check_term
from saola.services.warehouse.models import Base


class Obligation(Base):
    __tablename__ = "obligations"

    agency: Mapped[UUID] = agency_column()
    form: Mapped[UUID]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    # Whose work it goes on with, where that agency was closed.
    predecessor: Mapped[UUID | None]

    __table_args__ = (
        Index(None, "agency", "form", "valid_from"),
        Index(None, "agency", "created_at", "id"),
    )

    @classmethod
    def oblige(
        cls, agency: UUID, form: UUID, term: Term, at: datetime, predecessor: UUID | None = None
    ) -> Self:
        return cls(
            agency=agency,
            form=form,
            valid_from=term.first,
            valid_to=term.end,
            predecessor=predecessor,
            created_at=at,
        )

    @property
    def term(self) -> Term:
        return Term(self.valid_from, self.valid_to)

    def end(self, on: date) -> None:
        """An end may be moved, but not before the beginning."""
        self.valid_to = check_term(self.valid_from, on).end

    def close(self, on: date) -> None:
        """Its agency is no more from that day on; one that was to begin later never holds."""
        self.valid_to = self.term.until(on).end


# What a term was, and from when to when that was believed. By `version`, that of the obligation.
terms = Table(
    "terms",
    Base.metadata,
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("obligation", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("form", Uuid, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("cause", Text, nullable=False),
    Column("recorder", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("superseded_at", Instant),
    Index(None, "form", "agency"),
)


def line_of(obligation: Obligation, cause: Cause, recorder: str, at: datetime) -> dict[str, Any]:
    """The row of `terms` for an obligation as it is now."""
    return {
        "agency": obligation.agency,
        "obligation": obligation.id,
        "version": obligation.version,
        "form": obligation.form,
        "valid_from": obligation.valid_from,
        "valid_to": obligation.valid_to,
        "cause": cause,
        "recorder": recorder,
        "recorded_at": at,
    }
