"""Declared reports: which service has declared a form or an indicator."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for table in ("forms", "indicators"):
        declarer = sa.Column("declarer", sa.Text(), nullable=False, server_default="")
        op.add_column(table, declarer)
