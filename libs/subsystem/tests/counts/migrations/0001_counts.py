"""The first tables: counts, and those of reports."""

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import secure
from saola.subsystem import migrations as subsystem

revision = "0001"
down_revision = None


def upgrade() -> None:
    subsystem.create_0001()
    op.create_table(
        "counts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False, index=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    secure("counts")
