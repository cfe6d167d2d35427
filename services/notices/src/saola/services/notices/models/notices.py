"""A notice: what one official is told once, in the words of that day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.notices.domain.notices import Kind
from saola.services.notices.models import Base


class Notice(Base):
    __tablename__ = "notices"
    __table_args__ = (
        # However often an event comes: one for a person, a subject and a step.
        UniqueConstraint("official", "subject", "step"),
        Index(None, "official", "place", "id"),
        Index(None, "subject"),
        Index(None, "created_at"),
    )

    official: Mapped[UUID]
    # By which position the official is told: who leaves it does not see the notice any more.
    agency: Mapped[UUID] = agency_column()
    kind: Mapped[Kind]
    subject: Mapped[str]
    step: Mapped[str]
    # The report: whose, by which form, for which period, and its name once begun.
    owner: Mapped[UUID]
    form: Mapped[UUID]
    period: Mapped[str]
    submission: Mapped[str]
    # The connector that was to fetch it, where it is that which is told about.
    connector: Mapped[UUID | None]
    title_vi: Mapped[str]
    title_en: Mapped[str]
    body_vi: Mapped[str]
    body_en: Mapped[str]
    facts: Mapped[dict[str, Any]]
    urgent: Mapped[bool]
    read_at: Mapped[datetime | None]
    # Where it stands in the list: unread ones first, then the newest.
    place: Mapped[str]

    def read(self, at: datetime) -> bool:
        """Whether it was unread until now."""
        if self.read_at:
            return False
        self.read_at, self.place = at, place(self.created_at, read=True)
        return True


def place(created: datetime, *, read: bool) -> str:
    return f"{'read' if read else 'unread'} {created:%Y-%m-%dT%H:%M:%S.%f}"
