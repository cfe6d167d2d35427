"""What the warehouse remembers."""

from sqlalchemy.orm import DeclarativeBase

from saola.directory import areas
from saola.directory import tables as directory
from saola.kit.tables import Entity, metadata


class Base(Entity, DeclarativeBase):
    metadata = metadata()


directory.join(Base.metadata)
areas.join(Base.metadata)
