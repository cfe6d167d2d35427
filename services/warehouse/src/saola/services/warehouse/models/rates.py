"""What is found of a report each time it is submitted: whether in time, and how complete."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Uuid, text

from saola.kit.tables import Instant
from saola.services.warehouse.models import Base

# By `version`, the version of the report that was submitted. The latest is not superseded.
verdicts = Table(
    "verdicts",
    Base.metadata,
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("submission", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("on_time", Boolean, nullable=False),
    Column("required", Integer, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("superseded_at", Instant),
    # When the report came, where the verdict was given later: once it is as it was before.
    Column("submitted_at", Instant),
    Index(
        "ix_verdicts_now", "agency", "submission", postgresql_where=text("superseded_at is null")
    ),
)
