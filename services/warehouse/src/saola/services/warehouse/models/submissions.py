"""The report of an agency for a period, and the history of what was done to it."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped
from sqlalchemy.orm.attributes import flag_modified

from saola.kit.tables import Instant, agency_column
from saola.periods.periods import Period
from saola.services.warehouse.domain import submissions
from saola.services.warehouse.domain.submissions import State
from saola.services.warehouse.models import Base


class Submission(Base):
    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("agency", "form", "period"),
        Index(None, "agency", "created_at", "id"),
        Index(None, "agency", "state"),
    )

    agency: Mapped[UUID] = agency_column()
    form: Mapped[UUID]
    period: Mapped[str]
    begins: Mapped[date]
    state: Mapped[State]
    due_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    # Who submitted it last, as in tokens; empty until then.
    submitter: Mapped[str]
    on_time: Mapped[bool | None]
    return_reason: Mapped[str]

    @classmethod
    def begin(cls, agency: UUID, form: UUID, period: Period, due: datetime, at: datetime) -> Self:
        return cls(
            agency=agency,
            form=form,
            period=str(period),
            begins=period.begin,
            state=State.DRAFT,
            due_at=due,
            created_at=at,
            entered_at=at,
            submitter="",
            return_reason="",
        )

    def enter(self, at: datetime) -> None:
        """Something was entered, so that its etag changes even within one tick of the clock."""
        submissions.check_open(self.state)
        self.entered_at = at
        flag_modified(self, "entered_at")

    def submit(self, by: str, at: datetime) -> None:
        """On time is what arrives before it is due; a correction counts as of its own arrival."""
        self.state = submissions.move(self.state, State.SUBMITTED)
        self.submitted_at, self.submitter = at, by
        self.on_time = submissions.on_time(at, self.due_at)

    def give_back(self, by: str, reason: str) -> None:
        to = submissions.move(self.state, State.RETURNED)
        submissions.check_not_own(self.submitter, by)
        self.state, self.return_reason = to, submissions.check_reason(reason)

    def approve(self, by: str) -> None:
        to = submissions.move(self.state, State.APPROVED)
        submissions.check_not_own(self.submitter, by)
        self.state = to

    def lock(self) -> None:
        self.state = submissions.move(self.state, State.LOCKED)


# One row a change: by `version`, the version of the report that it made. Only added to.
changes = Table(
    "changes",
    Base.metadata,
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("submission", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("action", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("channel", Text, nullable=False),
    Column("note", Text, nullable=False),
)
