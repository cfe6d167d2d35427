"""Reporting windows: a form says on which day of the month before its figures open."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    first_day = sa.Column("window_first_day", sa.Integer(), nullable=False, server_default="1")
    op.add_column("forms", first_day)
