"""The areas: common to all, so not row-secured."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from saola.services.identity.models import Base


class Area(Base):
    __tablename__ = "areas"
    __table_args__ = (
        Index(None, "code"),
        Index(None, "parent"),
        Index(None, "sort_key", "id"),
        Index(
            "ix_areas_folded",
            "folded",
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        ),
    )

    code: Mapped[str]
    title: Mapped[str]
    parent: Mapped[UUID | None]
    # Degrees of WGS 84 and square kilometres, as precise as they were sent.
    latitude: Mapped[Decimal] = mapped_column(Numeric)
    longitude: Mapped[Decimal] = mapped_column(Numeric)
    square_kilometres: Mapped[Decimal] = mapped_column(Numeric)
    # Since when it is as it is, where that is known.
    changed_at: Mapped[datetime | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    folded: Mapped[str]
    sort_key: Mapped[str]
