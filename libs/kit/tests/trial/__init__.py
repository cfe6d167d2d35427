"""A service of the tests, with one table: notes of agencies."""

from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from saola.kit.app import App
from saola.kit.tables import Entity, agency_column, metadata

PACKAGE = __name__
AGENCY = UUID(int=7)


class Base(DeclarativeBase):
    metadata = metadata()
    type_annotation_map = Entity.type_annotation_map


class Note(Entity, Base):
    __tablename__ = "notes"

    agency: Mapped[UUID] = agency_column()
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    about: Mapped[str]
    text: Mapped[str]


# It owes, and does nothing.
idle = App("trial", Base.metadata, package=PACKAGE)
