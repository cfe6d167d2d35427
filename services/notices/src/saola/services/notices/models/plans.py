"""The plans by which reminders climb, and a copy of whom they reach: identity owns officials."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped

from saola.services.notices.domain import plans
from saola.services.notices.domain.plans import Rung, Step
from saola.services.notices.models import Base

# Ids, positions and roles: no name and no address. Those are asked for when something is sent.
officials = Table(
    "officials",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("agencies", ARRAY(Uuid), nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("ix_officials_agencies", "agencies", postgresql_using="gin"),
)


class Plan(Base):
    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str]
    steps: Mapped[list[Any]]

    def set_steps(self, steps: Sequence[Step]) -> None:
        plans.check(steps)
        self.steps = [written(step) for step in steps]


def written(step: Step) -> dict[str, Any]:
    rungs = [rung.value for rung in step.rungs]
    return {"code": step.code, "rungs": rungs, "template": step.template, "urgent": step.urgent}


def steps_of(stored: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps of a plan as its row keeps them."""
    return [Step(**{**one, "rungs": tuple(Rung(rung) for rung in one["rungs"])}) for one in stored]


def row_of(
    id: UUID, agencies: Iterable[UUID], roles: Iterable[str], revision: int, *, disabled: bool
) -> dict[str, Any]:
    return {
        "id": id,
        "agencies": sorted(set(agencies)),
        "roles": sorted(set(roles)),
        "disabled": disabled,
        "revision": revision,
    }
