"""What is remembered: records, and a copy of the directory."""

from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped

from saola.directory import tables as directory
from saola.kit.tables import Entity, agency_column, metadata
from saola.services.sample import domain


class Base(Entity, DeclarativeBase):
    metadata = metadata()


directory.join(Base.metadata)


class Record(Base):
    __tablename__ = "records"

    agency: Mapped[UUID] = agency_column()
    title: Mapped[str]

    @classmethod
    def create(cls, agency: UUID, title: str, at: datetime) -> Self:
        return cls(agency=agency, title=domain.title(title), created_at=at)
