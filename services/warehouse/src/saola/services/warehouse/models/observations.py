"""What was observed. Rows are only added; a later one supersedes an earlier one."""

from sqlalchemy import Column, Date, Index, Integer, Numeric, Table, Text, Uuid, text

from saola.kit.tables import Instant
from saola.services.warehouse.models import Base

# By `version`, the version of the report that said so. No foreign keys: they would cost a bulk
# write four fifths of its speed; the code that writes has just locked the report.
observations = Table(
    "observations",
    Base.metadata,
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("submission", Uuid, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    # What the value is a figure of; null for remarks.
    Column("indicator", Uuid),
    Column("period", Text, nullable=False),
    Column("begins", Date, nullable=False),
    Column("status", Text, nullable=False),
    # As systems write it, and as a number where it is one.
    Column("value", Text, nullable=False),
    Column("number", Numeric),
    Column("note", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorder", Text, nullable=False),
    Column("superseded_at", Instant),
    Index(
        "ix_observations_now",
        "agency",
        "indicator",
        "begins",
        postgresql_where=text("superseded_at is null and indicator is not null"),
    ),
)
