"""The days that differ from what the day of the week says; common to all."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from saola.services.identity.domain.calendar import Kind
from saola.services.identity.models import Base


class Day(Base):
    __tablename__ = "days"

    date: Mapped[dt.date] = mapped_column(unique=True)
    kind: Mapped[Kind]
    note: Mapped[str]
    # Since when it is so, where that is known.
    changed_at: Mapped[dt.datetime | None]

    @property
    def name(self) -> str:
        return f"days/{self.date.isoformat()}"
