"""An event says whose it is, so that only those are told who may see it: see relay.py."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("whose", sa.Uuid(), nullable=True))
