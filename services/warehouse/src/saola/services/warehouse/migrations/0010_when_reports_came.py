"""When a report came stands with each verdict: it may be given again for what had come before."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    came = sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("verdicts", came)
