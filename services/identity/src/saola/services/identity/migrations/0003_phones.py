"""Officials have a phone number, for short messages."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("officials", sa.Column("phone", sa.Text(), server_default="", nullable=False))
