"""A run: one fetching for one period, with all its tries and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Row, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saola.kit.tables import agency_column
from saola.services.connectors.domain.runs import State, Trigger
from saola.services.connectors.models import Base


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (
        # The clock plans a moment of a connector once, whoever else looks at it.
        Index(
            "uq_runs_planned",
            "connector",
            "scheduled_at",
            unique=True,
            postgresql_where=text("trigger = 'schedule'"),
        ),
        Index(None, "connector", "scheduled_at", "id"),
        Index(None, "agency", "scheduled_at", "id"),
        Index("ix_runs_kept", "ended_at", postgresql_where=text("file_name <> ''")),
        Index(None, "ended_at"),
    )

    connector: Mapped[UUID]
    agency: Mapped[UUID] = agency_column()
    trigger: Mapped[Trigger]
    state: Mapped[State]
    period: Mapped[str]
    scheduled_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int]
    next_at: Mapped[datetime | None]
    url: Mapped[str]
    status: Mapped[int]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    # By which mapping it was read; what is the same again under the same is not told again.
    mapping: Mapped[str]
    # What the kept file is called; empty when it is not kept any more.
    file_name: Mapped[str]
    rows: Mapped[int]
    stored: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    refusals: Mapped[list[Any]]

    @classmethod
    def plan(
        cls, connector: Row[Any], trigger: Trigger, period: str, at: datetime, now: datetime
    ) -> "Run":
        return cls(
            connector=connector.id,
            agency=connector.agency,
            trigger=trigger,
            state=State.WAITING,
            period=period,
            scheduled_at=at,
            created_at=now,
            attempts=0,
            url="",
            status=0,
            content_type="",
            size=0,
            sha256="",
            mapping="",
            file_name="",
            rows=0,
            stored=0,
            unchanged=0,
            refused=0,
            refusals=[],
        )

    def begin(self, now: datetime) -> None:
        """One more try."""
        self.state, self.attempts, self.next_at = State.RUNNING, self.attempts + 1, None
        self.began_at = self.began_at or now

    def wait(self, until: datetime, why: Mapping[str, object]) -> None:
        self.state, self.next_at, self.refusal = State.WAITING, until, dict(why)

    def end(self, state: State, now: datetime, why: Mapping[str, object] | None) -> None:
        self.state, self.ended_at, self.next_at = state, now, None
        self.refusal = dict(why) if why else None
