"""An exemption: which reports an agency need not send, and why. It can only be taken back."""

from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.warehouse.domain.obligations import ExemptionRevoked, Term, check_reason
from saola.services.warehouse.models import Base


class Stamp(NamedTuple):
    """Who did it, and when."""

    person: str
    at: datetime


class Exemption(Base):
    __tablename__ = "exemptions"

    agency: Mapped[UUID] = agency_column()
    # Every form, if none.
    form: Mapped[UUID | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    reason: Mapped[str]
    creator: Mapped[str]
    revoked_at: Mapped[datetime | None]
    revoker: Mapped[str]
    revoke_reason: Mapped[str]

    __table_args__ = (
        Index(None, "agency", "valid_from"),
        Index(None, "agency", "created_at", "id"),
    )

    @classmethod
    def exempt(cls, agency: UUID, form: UUID | None, term: Term, reason: str, by: Stamp) -> Self:
        return cls(
            agency=agency,
            form=form,
            valid_from=term.first,
            valid_to=term.end,
            reason=check_reason(reason, "exemption.reason"),
            creator=by.person,
            created_at=by.at,
            revoker="",
            revoke_reason="",
        )

    @property
    def term(self) -> Term:
        return Term(self.valid_from, self.valid_to)

    def revoke(self, reason: str, by: Stamp) -> None:
        if self.revoked_at is not None:
            raise ExemptionRevoked
        self.revoke_reason = check_reason(reason, "reason")
        self.revoked_at, self.revoker = by.at, by.person
