"""The report of an agency for a period, and the history of what was done to it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Row, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from saola.kit.tables import Instant, agency_column
from saola.periods.periods import Period
from saola.services.warehouse.domain import approvals, reports, submissions, unlocks
from saola.services.warehouse.domain.approvals import Approved, Post
from saola.services.warehouse.domain.submissions import State
from saola.services.warehouse.models import Base
from saola.services.warehouse.models.editions import levels_of


class Submission(Base):
    __tablename__ = "submissions"
    __table_args__ = (
        UniqueConstraint("agency", "form", "period"),
        Index(None, "agency", "created_at", "id"),
        Index(None, "agency", "state"),
        Index(None, "form", "begins", "agency"),
        Index(None, "unlocked_until", postgresql_where=text("unlocked_until is not null")),
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
    # By which edition of the form it is written.
    edition: Mapped[int] = mapped_column(server_default="1")
    # As whose deputy it was submitted last, and with which word.
    submitter_for: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    # How many cells it must fill, and how many it filled, when it was submitted last.
    required: Mapped[int | None]
    filled: Mapped[int | None]
    # What was found in it then: how much.
    found: Mapped[int] = mapped_column(server_default="0")
    # At how many levels it is approved, out of how many.
    level: Mapped[int] = mapped_column(server_default="0")
    levels: Mapped[int] = mapped_column(server_default="1")
    # While it is unlocked: until when, and as which version and state it was before.
    unlocked_until: Mapped[datetime | None]
    unlocked_version: Mapped[int | None]
    unlocked_from: Mapped[State | None]
    # When it was loaded from an earlier system, while it stands as it was loaded.
    loaded_at: Mapped[datetime | None]

    @classmethod
    def begin(cls, agency: UUID, by: Row[Any], period: Period, due: datetime, at: datetime) -> Self:
        """By the edition of a form that holds for the period."""
        return cls(
            agency=agency,
            form=by.id,
            edition=by.edition,
            levels=len(levels_of(by.levels)),
            period=str(period),
            begins=period.begin,
            state=State.DRAFT,
            due_at=due,
            created_at=at,
            entered_at=at,
            submitter="",
            submitter_for="",
            return_reason="",
            note="",
            level=0,
            found=0,
        )

    def enter(self, at: datetime) -> None:
        """Something was entered, so that its etag changes even within one tick of the clock."""
        self.check_open(at)
        self.touch(at)

    def touch(self, at: datetime) -> None:
        self.entered_at = at
        flag_modified(self, "entered_at")

    def check_open(self, at: datetime) -> None:
        submissions.check_open(self.state)
        unlocks.check_still_open(self.unlocked_until, at)

    def check_sendable(self, at: datetime) -> State:
        unlocks.check_still_open(self.unlocked_until, at)
        return submissions.move(self.state, State.SUBMITTED)

    def submit(self, by: str, post: Post, note: str, at: datetime) -> None:
        """On time is what arrives before it is due; a correction counts as of its own arrival.
        Of what was unlocked the first arrival counts: others had decided that it be corrected."""
        to = self.check_sendable(at)
        if self.unlocked_until is None:
            self.on_time = submissions.on_time(at, self.due_at)
        self.state, self.level = to, 0
        self.submitted_at, self.submitter, self.submitter_for = at, by, post.deputy_of
        self.note, self.loaded_at = submissions.check_word(note), None

    def load(self, by: str, came: datetime, reason: str, at: datetime) -> None:
        """As it had come, and as others had decided: nobody here approves it anew."""
        self.state, self.on_time = State.LOCKED, submissions.on_time(came, self.due_at)
        self.submitted_at, self.submitter, self.note = came, by, reason
        self.loaded_at = at

    def correct(self, found: int, at: datetime) -> None:
        """It says something else, is to be approved anew, and came when it came."""
        reports.check_correctable(self.state, self.name)
        self.state, self.level, self.found = State.SUBMITTED, 0, found
        self.touch(at)

    def give_back(self, by: str, post: Post, reason: str) -> None:
        to = submissions.move(self.state, State.RETURNED)
        approvals.check_not_own([self.submitter, self.submitter_for], by, post)
        self.state, self.return_reason = to, submissions.check_reason(reason)
        self.level = 0

    def approve(self, by: str, post: Post, before: Sequence[Approved]) -> None:
        """One level further, by somebody who has neither submitted it nor approved it before."""
        to = submissions.move(self.state, State.APPROVED)
        approvals.check_not_own([self.submitter, self.submitter_for], by, post)
        approvals.check_first(before, by, post)
        self.level += 1
        if self.level >= self.levels:
            self.state = to
        flag_modified(self, "level")

    def lock(self) -> None:
        self.state = submissions.move(self.state, State.LOCKED)

    def unlock(self, until: datetime) -> None:
        """Open again; it remembers what it was."""
        before, self.state = self.state, submissions.move(self.state, State.UNLOCKED)
        self.unlocked_from, self.unlocked_version = before, self.version
        self.unlocked_until, self.level = until, 0

    def take_back(self, verdict: Row[Any], sent: Row[Any] | None, found: int) -> None:
        """What was submitted while it was open counts for nothing: as it was judged before."""
        self.submitted_at, self.due_at = verdict.submitted_at or verdict.at, verdict.due_at
        self.on_time, self.found = verdict.on_time, found
        self.required, self.filled = verdict.required, verdict.filled
        if sent is not None and sent.action in submissions.SENDING:
            self.submitter, self.submitter_for, self.note = sent.actor, sent.deputy_of, sent.note
        if sent is not None and sent.action == submissions.Action.LOADED:
            self.loaded_at, self.level = sent.at, 0

    def relock(self) -> None:
        """As it was before it was unlocked, or approved again since then."""
        if self.unlocked_from is not None:
            self.state, self.level = self.unlocked_from, 0 if self.loaded_at else self.levels
        self.unlocked_until = self.unlocked_version = self.unlocked_from = None


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
    # As whose deputy, and for an approval at which level.
    Column("deputy_of", Text, nullable=False, server_default=""),
    Column("level", Integer),
    # What the report became by it; empty where it stayed what it was.
    Column("state", Text, nullable=False, server_default=""),
    Index(None, "at", postgresql_using="brin"),
)
