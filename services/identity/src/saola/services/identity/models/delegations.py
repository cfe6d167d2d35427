"""A position of one official that another holds too, as a deputy, for some days."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from saola.kit.tables import agency_column
from saola.services.identity.domain.delegations import Term
from saola.services.identity.models import Base


class Delegation(Base):
    __tablename__ = "delegations"
    __table_args__ = (
        Index(None, "agency", "created_at", "id"),
        Index(None, "official"),
        Index(None, "deputy"),
        Index(None, "turns_on"),
    )

    agency: Mapped[UUID] = agency_column()
    title: Mapped[str]
    official: Mapped[UUID]
    deputy: Mapped[UUID]
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str]
    # The next day on which it begins or ends.
    turns_on: Mapped[date | None]

    @property
    def term(self) -> Term:
        return Term(self.valid_from, self.valid_to)

    def end(self, day: date) -> None:
        self.valid_to, self.turns_on = self.term.ended(day).until, None
