"""A request that a report be open again for a while."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.warehouse.domain import unlocks
from saola.services.warehouse.domain.submissions import check_reason
from saola.services.warehouse.domain.unlocks import State
from saola.services.warehouse.models import Base
from saola.services.warehouse.models.submissions import Submission


class Unlock(Base):
    __tablename__ = "unlocks"

    agency: Mapped[UUID] = agency_column()
    submission: Mapped[UUID]
    form: Mapped[UUID]
    period: Mapped[str]
    state: Mapped[State]
    reason: Mapped[str]
    # Who asked, and who decided, as in tokens.
    requester: Mapped[str]
    decider: Mapped[str]
    refusal: Mapped[str]
    decided_at: Mapped[datetime | None]
    # Until when the report is open.
    ends_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "agency", "created_at", "id"),
        Index(
            "uq_unlocks_open",
            "agency",
            "submission",
            unique=True,
            postgresql_where=text("state in ('requested', 'granted')"),
        ),
    )

    @classmethod
    def ask(cls, report: Submission, by: str, reason: str, at: datetime) -> Self:
        unlocks.check_closed(report.state)
        return cls(
            agency=report.agency,
            submission=report.id,
            form=report.form,
            period=report.period,
            state=State.REQUESTED,
            reason=check_reason(reason),
            requester=by,
            decider="",
            refusal="",
            created_at=at,
        )

    def grant(self, by: str, until: datetime, at: datetime) -> None:
        self.state = unlocks.move(self.state, State.GRANTED)
        unlocks.check_end(until, at)
        self.decider, self.decided_at, self.ends_at = by, at, until

    def refuse(self, by: str, reason: str, at: datetime) -> None:
        self.state = unlocks.move(self.state, State.REFUSED)
        self.decider, self.decided_at, self.refusal = by, at, check_reason(reason)

    def end(self) -> None:
        self.state = unlocks.move(self.state, State.ENDED)
