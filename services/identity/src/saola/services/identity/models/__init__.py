"""What the service remembers, by noun."""

from typing import Any, ClassVar

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from saola.kit.tables import Entity, metadata


class Base(Entity, DeclarativeBase):
    metadata = metadata()
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        **Entity.type_annotation_map,
        list[Any]: JSONB,
    }
