"""An obligation: an agency reports by a form, from a day to a day."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.warehouse.domain.obligations import Term, check_term
from saola.services.warehouse.models import Base


class Obligation(Base):
    __tablename__ = "obligations"

    agency: Mapped[UUID] = agency_column()
    form: Mapped[UUID]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (
        Index(None, "agency", "form", "valid_from"),
        Index(None, "agency", "created_at", "id"),
    )

    @classmethod
    def oblige(cls, agency: UUID, form: UUID, first: date, end: date | None, at: datetime) -> Self:
        term = check_term(first, end)
        return cls(
            agency=agency, form=form, valid_from=term.first, valid_to=term.end, created_at=at
        )

    @property
    def term(self) -> Term:
        return Term(self.valid_from, self.valid_to)

    def end(self, on: date) -> None:
        """An end may be moved, but not before the beginning."""
        self.valid_to = check_term(self.valid_from, on).end
