"""How an official wants to be told. Its id is the official's."""

from datetime import time
from typing import Any

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import Mapped, mapped_column

from saola.services.notices.domain.preferences import Channel, Digest, Quiet, Wishes
from saola.services.notices.models import Base


class Preferences(Base):
    __tablename__ = "preferences"

    channels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    language: Mapped[str]
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    digest: Mapped[Digest]

    def wish(self, wishes: Wishes) -> None:
        self.channels = [channel.value for channel in wishes.channels]
        self.language, self.digest = wishes.language, wishes.digest
        self.quiet_from = wishes.quiet.begin if wishes.quiet else None
        self.quiet_to = wishes.quiet.end if wishes.quiet else None


def wishes_of(row: Any) -> Wishes:  # Preferences, or a row of the table

    begin, end = row.quiet_from, row.quiet_to
    return Wishes(
        tuple(Channel(channel) for channel in row.channels),
        row.language,
        Quiet(begin, end) if begin is not None and end is not None else None,
        row.digest,
    )
