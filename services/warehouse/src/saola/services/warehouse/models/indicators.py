"""An indicator of the dictionary."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Numeric, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from saola.kit.names import id_of, name_of
from saola.kit.words import fold
from saola.services.warehouse.domain import indicators
from saola.services.warehouse.domain.indicators import (
    Aggregation,
    Basis,
    Definition,
    Direction,
    LightRule,
    Parts,
)
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
    # Which service has declared it; empty for those of people.
    declarer: Mapped[str] = mapped_column(server_default="")
    decimals: Mapped[int] = mapped_column(server_default="0")
    # Of a rate.
    numerator: Mapped[UUID | None]
    denominator: Mapped[UUID | None]
    factor: Mapped[Decimal | None] = mapped_column(Numeric)
    # When its light shines how; null for none.
    light_basis: Mapped[Basis | None]
    light_green: Mapped[Decimal | None] = mapped_column(Numeric)
    light_yellow: Mapped[Decimal | None] = mapped_column(Numeric)
    light_pro_rata: Mapped[bool] = mapped_column(server_default=false())

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
        self.definition, self.decimals = definition.text, definition.decimals
        parts, light = definition.parts, definition.light
        self.numerator = id_of("indicators", parts.numerator) if parts else None
        self.denominator = id_of("indicators", parts.denominator) if parts else None
        self.factor = parts.factor if parts else None
        self.light_basis = light.basis if light else None
        self.light_green = light.green if light else None
        self.light_yellow = light.yellow if light else None
        self.light_pro_rata = bool(light and light.pro_rata)
        self.folded = fold(f"{self.code} {self.title_vi} {self.title_en}")


def parts_of(row: Any) -> Parts | None:  # an Indicator, or a row of its table
    if row.numerator is None:
        return None
    numerator, denominator = (name_of("indicators", id) for id in (row.numerator, row.denominator))
    return Parts(numerator, denominator, factor=row.factor)


def light_of(row: Any) -> LightRule | None:  # the same
    if row.light_basis is None:
        return None
    return LightRule(row.light_basis, row.light_green, row.light_yellow, row.light_pro_rata)
