"""Agencies, areas and days tell when they became as they are: copies answer as of a moment."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for table in ("agencies", "areas", "days"):
        op.add_column(table, sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        # Of what has changed before, nobody knows when.
        rows = sa.table(table, *map(sa.column, ("changed_at", "created_at", "version")))
        known = rows.update().where(rows.c.version == 1)
        op.execute(known.values(changed_at=rows.c.created_at))
