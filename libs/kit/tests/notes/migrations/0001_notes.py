"""The first table: notes."""

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import secure

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("code", name=op.f("uq_notes_code")),
    )
    op.create_index(op.f("ix_notes_agency"), "notes", ["agency"], unique=False)
    secure("notes")
