"""What was planned. Rows are only added; a later one supersedes an earlier one."""

from sqlalchemy import Column, Date, Index, Numeric, Table, Text, Uuid, text

from saola.kit.tables import Instant
from saola.services.warehouse.models import Base

plans = Table(
    "plans",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False, info={"secured": True}),
    Column("indicator", Uuid, nullable=False),
    Column("period", Text, nullable=False),
    Column("begins", Date, nullable=False),
    # Null: the plan was taken back.
    Column("value", Numeric),
    Column("source", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorder", Text, nullable=False),
    Column("superseded_at", Instant),
    Index(None, "agency", "indicator", "begins"),
    # Two at once do not both hold.
    Index(
        "uq_plans_now",
        "indicator",
        "period",
        "agency",
        unique=True,
        postgresql_where=text("superseded_at is null"),
    ),
    Index(None, "begins", "id"),
)
