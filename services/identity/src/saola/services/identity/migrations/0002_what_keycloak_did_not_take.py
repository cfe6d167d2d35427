"""What Keycloak did not take is known, and not tried again until it has changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    refused = sa.Column("refused", sa.Integer(), nullable=False, server_default=sa.text("0"))
    op.add_column("officials", refused)
