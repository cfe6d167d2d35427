"""What came by files and streams, and the rows of it that were refused."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from saola.kit.tables import agency_column
from saola.services.warehouse.domain.quarantine import State
from saola.services.warehouse.domain.submissions import Channel
from saola.services.warehouse.models import Base


class Import(Base):
    """One file, or one batch of a stream: received = stored + unchanged + refused."""

    __tablename__ = "imports"
    __table_args__ = (Index(None, "agency", "created_at", "id"), Index(None, "created_at"))

    agency: Mapped[UUID] = agency_column()
    form: Mapped[UUID]
    channel: Mapped[Channel]
    # The operation, or the `request_id` of a batch.
    source: Mapped[str]
    file_name: Mapped[str]
    actor: Mapped[str]
    received: Mapped[int]
    stored: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]

    def count(self, stored: int, unchanged: int, refused: int) -> None:
        self.received += stored + unchanged + refused
        self.stored += stored
        self.unchanged += unchanged
        self.refused += refused


class QuarantinedRow(Base):
    __tablename__ = "quarantine"
    __table_args__ = (
        Index(None, "agency", "created_at", "id"),
        Index(None, "agency", "import_id", "line"),
        Index(None, "created_at"),
        Index(
            "ix_quarantine_waiting",
            "agency",
            "import_id",
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    agency: Mapped[UUID] = agency_column()
    import_id: Mapped[UUID]
    form: Mapped[UUID]
    line: Mapped[int]
    cell: Mapped[str]
    # As it came; the language in which a person typed it.
    period: Mapped[str]
    item: Mapped[str]
    value: Mapped[str]
    status: Mapped[str]
    note: Mapped[str]
    language: Mapped[str]
    # Why it was refused last.
    reason: Mapped[str]
    vi: Mapped[str]
    en: Mapped[str]
    state: Mapped[State]
    tried_at: Mapped[datetime]
    tries: Mapped[int]
    discard_reason: Mapped[str]
    discarder: Mapped[str]
