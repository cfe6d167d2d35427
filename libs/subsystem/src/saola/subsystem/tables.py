"""The tables of a service's reports. It takes them into its own with `join`."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)

from saola.kit.tables import Instant, metadata

subsystem = metadata()

# What the warehouse was told that the service reports. An empty digest is to be told again.
declarations = Table(
    "report_declarations",
    subsystem,
    Column("report", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("form", Uuid, nullable=False),
    Column("declared_at", Instant, nullable=False),
)
# Who owes it, and from which period on; until when, if not any more.
owing = Table(
    "report_owing",
    subsystem,
    Column("report", Text, primary_key=True),
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("since", Date, nullable=False),
    Column("until", Date),
)
# One row for each report whose cut-off has come. What it says is out of date while it was marked
# more often than it was seen to.
deliveries = Table(
    "report_deliveries",
    subsystem,
    Column("report", Text, primary_key=True),
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("begins", Date, primary_key=True),
    Column("period", Text, nullable=False),
    # The last day that it covers.
    Column("ends", Date, nullable=False),
    Column("marked", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    # Of the values that the warehouse has; empty until it has some.
    Column("digest", Text, nullable=False),
    Column("submission", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("delivered_at", Instant),
    # Why the warehouse did not take it, and when it is asked again.
    Column("reason", Text, nullable=False),
    Column("retry_at", Instant),
    Index(
        "ix_report_deliveries_waiting", "report", "agency", postgresql_where=text("seen < marked")
    ),
    Index(None, "agency", "ends"),
)
# On which days something has changed, written in the transaction that changes it: whoever looks
# after that finds it, whatever the clocks say.
marks = Table(
    "report_marks",
    subsystem,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("agency", Uuid, nullable=False, index=True, info={"secured": True}),
    Column("day", Date, nullable=False),
)


def join(tables: MetaData) -> None:
    """Makes them part of a service's tables; its migrations call `migrations.create_0001`."""
    for table in subsystem.sorted_tables:
        table.to_metadata(tables)
