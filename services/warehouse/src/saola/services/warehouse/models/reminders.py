"""The last step that a report has reached without being submitted: told once, and not again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.warehouse.models import Base


class Reminder(Base):
    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("obligation", "period"),
        Index(None, "agency", "created_at", "id"),
    )

    agency: Mapped[UUID] = agency_column()
    obligation: Mapped[UUID]
    form: Mapped[UUID]
    period: Mapped[str]
    due_at: Mapped[datetime]
    step: Mapped[str]
    # Of the step, so that none comes after a later one.
    hours: Mapped[int]
    told_at: Mapped[datetime]
