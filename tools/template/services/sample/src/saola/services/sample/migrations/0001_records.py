"""The first tables: records, and the copy of the directory."""

import sqlalchemy as sa
from alembic import op

from saola.directory import migrations as directory
from saola.kit.migrate import secure

revision = "0001"
down_revision = None


def upgrade() -> None:
    directory.create_0001()
    directory.create_0002()
    op.create_table(
        "records",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_agency"), "records", ["agency"])
    secure("records")
