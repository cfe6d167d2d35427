"""Indexes for the purge: by time where rows come in order of time, and of files that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index(op.f("ix_answers_at"), "answers", ["at"], postgresql_using="brin")
    op.create_index(op.f("ix_inbox_at"), "inbox", ["at"], postgresql_using="brin")
    waiting = sa.text("state <> 'accepted'")
    op.create_index("ix_files_waiting", "files", ["state"], postgresql_where=waiting)
