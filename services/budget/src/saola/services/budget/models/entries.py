"""An entry: a line of revenue or expenditure."""

from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from saola.services.budget.domain.entries import Key
from saola.services.budget.domain.money import Flow, Level
from saola.services.budget.models import Base, Recorded

HOLDS = text("superseded_at is null")
KEY = ("day", "flow", "chapter", "sector", "item", "level", "area", "document")


class Entry(Recorded, Base):
    __tablename__ = "entries"
    __table_args__ = (
        Index("uq_entries_line", "agency", *KEY, unique=True, postgresql_where=HOLDS),
        Index(None, "agency", "day", "id"),
        Index(None, "day", "id"),
        Index(None, "amount", "id"),
    )

    flow: Mapped[Flow]
    chapter: Mapped[str]
    sector: Mapped[str]
    item: Mapped[str]
    level: Mapped[Level]
    # The code of the commune; empty for none.
    area: Mapped[str]


def key_of(row: Any) -> Key:  # an Entry, or a row of its table
    return Key(*(getattr(row, column) for column in KEY))
