"""A report that was loaded from an earlier system says when."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    loaded = sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("submissions", loaded)
