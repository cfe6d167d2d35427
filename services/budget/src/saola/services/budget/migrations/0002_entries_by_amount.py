"""Entries are listed by amount too."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_index(op.f("ix_entries_amount_id"), "entries", ["amount", "id"])
