"""A delivery: one notice on its way to its official by one channel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.notices.domain.deliveries import NotFailed, State
from saola.services.notices.domain.preferences import Channel
from saola.services.notices.models import Base


class Delivery(Base):
    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_open",
            "official",
            "channel",
            postgresql_where=text("state in ('queued', 'sending')"),
        ),
        # The last that left by a channel: how many a minute are too many.
        Index("ix_deliveries_sent", "channel", "sent_at"),
        Index(None, "message"),
        Index(None, "notice"),
        Index(None, "agency", "created_at", "id"),
    )

    notice: Mapped[UUID]
    official: Mapped[UUID]
    agency: Mapped[UUID] = agency_column()
    channel: Mapped[Channel]
    state: Mapped[State]
    urgent: Mapped[bool]
    attempts: Mapped[int]
    # What the last try met.
    code: Mapped[str]
    # The message that carries it, once it leaves: others may be in it too.
    message: Mapped[UUID | None]
    # Not before this: the first try, and the next one.
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    def queue_again(self, at: datetime) -> None:
        if self.state is not State.FAILED:
            raise NotFailed(state=self.state)
        self.state, self.attempts, self.code = State.QUEUED, 0, ""
        self.message, self.due_at = None, at
