"""What the notes service remembers."""

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped

from saola.kit.tables import Entity, agency_column, metadata


class Base(Entity, DeclarativeBase):
    metadata = metadata()


class Note(Base):
    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("code"),)

    agency: Mapped[UUID] = agency_column()
    text: Mapped[str]
    code: Mapped[str | None]
