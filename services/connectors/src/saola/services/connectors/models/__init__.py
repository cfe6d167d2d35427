"""What is remembered: connectors, their runs, and a copy of the directory."""

from typing import Any, ClassVar

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from saola.directory import tables as directory
from saola.kit.tables import Entity, metadata


class Base(Entity, DeclarativeBase):
    metadata = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        **Entity.type_annotation_map,
        list[Any]: JSONB,
        dict[str, Any]: JSONB,
    }


directory.join(Base.metadata)
