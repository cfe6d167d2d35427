"""The words of one thing that may be told: those in force, and a draft of the next."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from saola.services.notices.domain import templates
from saola.services.notices.domain.templates import NoDraft, Words
from saola.services.notices.models import Base


class Template(Base):
    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str]
    words: Mapped[dict[str, Any]]
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    published_at: Mapped[datetime]

    def write(self, words: Words) -> None:
        templates.check_length(words)
        self.draft = asdict(words)

    def publish(self, at: datetime) -> None:
        if self.draft is None:
            raise NoDraft
        templates.check(Words(**self.draft), self.code)
        self.words, self.draft, self.published_at = self.draft, None, at
