"""The steps of the copy's tables, for the migrations of services. Each stays as it was written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB


def create_0001() -> None:
    """The first form of the copy: agencies and days."""
    op.create_table(
        "directory_agencies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("area", sa.Uuid(), nullable=True),
        sa.Column("parent", sa.Uuid(), nullable=True),
        sa.Column("parents", JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.Uuid(), nullable=True),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_agencies")),
    )
    for columns in (["parent"], ["successor"], ["code"], ["sort_key", "id"], ["turns_on"]):
        name = op.f("_".join(["ix_directory_agencies", *columns]))
        op.create_index(name, "directory_agencies", columns)
    op.create_table(
        "directory_days",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_directory_days")),
    )


def create_0002() -> None:
    """What is known of agencies and days is kept, state by state. What is here was always so: as
    far as anybody here knows."""
    op.create_table(
        "directory_agency_states",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.Uuid(), nullable=True),
        sa.Column("parents", JSONB(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("pk_directory_agency_states")),
    )
    op.create_table(
        "directory_day_states",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("date", "revision", name=op.f("pk_directory_day_states")),
    )
    op.execute("""
        insert into directory_agency_states
        select id, revision, '-infinity', area, parents, valid_to, successor from directory_agencies
    """)
    op.execute("""
        insert into directory_day_states
        select date, revision, '-infinity', kind from directory_days
    """)
    for table in ("directory_agency_states", "directory_day_states"):
        keep_all(table)


def keep_all(table: str) -> None:
    """The service adds rows and reads them: no more."""
    service = op.get_context().opts["service"]
    op.execute(f"revoke update, delete on {table} from {service}, {service}_system")
