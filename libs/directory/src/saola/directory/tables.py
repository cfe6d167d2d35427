"""The tables of the copy. A service takes them into its own with `join`."""

from sqlalchemy import BigInteger, Column, Date, Index, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from saola.kit.tables import Instant, metadata

directory = metadata()

# Every agency of the site, closed ones and planned ones too. It is common to all: no row security.
agencies = Table(
    "directory_agencies",
    directory,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("short", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("area", Uuid),
    # Today's, out of `parents`: lists of the parent, its first day, and its end or null.
    Column("parent", Uuid),
    Column("parents", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("successor", Uuid),
    # The next day on which another parent or a successor begins to count.
    Column("turns_on", Date),
    Column("revision", BigInteger, nullable=False),
    Column("folded", Text, nullable=False),
    Column("sort_key", Text, nullable=False),
    Index(None, "parent"),
    Index(None, "successor"),
    Index(None, "code"),
    Index(None, "sort_key", "id"),
    Index(None, "turns_on"),
)
# The days that differ from what the day of the week says.
days = Table(
    "directory_days",
    directory,
    Column("date", Date, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
)
# Each state of an agency and of a day that was told of, and since when it was so: what an answer
# as of a moment goes by. It is only added to.
agency_states = Table(
    "directory_agency_states",
    directory,
    Column("id", Uuid, primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    Column("recorded_at", Instant, nullable=False),
    Column("area", Uuid),
    Column("parents", JSONB, nullable=False),
    Column("valid_to", Date),
    Column("successor", Uuid),
)
day_states = Table(
    "directory_day_states",
    directory,
    Column("date", Date, primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    Column("recorded_at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
)


def join(tables: MetaData) -> None:
    """Makes the copy part of a service's tables; its migrations call those of `migrations`."""
    for table in directory.sorted_tables:
        table.to_metadata(tables)
