"""An indicator of the dictionary."""

from datetime import datetime
from typing import Self

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from saola.kit.words import fold
from saola.services.warehouse.domain import indicators
from saola.services.warehouse.domain.indicators import Aggregation, Definition, Direction
from saola.services.warehouse.models import Base


class Indicator(Base):
    __tablename__ = "indicators"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str]
    title_vi: Mapped[str]
    title_en: Mapped[str]
    field: Mapped[str]
    unit: Mapped[str]
    aggregation: Mapped[Aggregation]
    direction: Mapped[Direction]
    definition: Mapped[str]
    folded: Mapped[str]

    @classmethod
    def define(cls, code: str, definition: Definition, at: datetime) -> Self:
        indicators.check_code(code)
        indicator = cls(code=code, created_at=at)
        indicator.redefine(definition)
        return indicator

    def redefine(self, definition: Definition) -> None:
        """What is said about it; the code stays, for others know it by that."""
        indicators.check(definition)
        self.title_vi, self.title_en = definition.title_vi, definition.title_en
        self.field, self.unit = definition.field, definition.unit
        self.aggregation, self.direction = definition.aggregation, definition.direction
        self.definition = definition.text
        self.folded = fold(f"{self.code} {self.title_vi} {self.title_en}")
