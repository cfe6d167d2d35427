"""Who stands in for whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from saola.kit.migrate import secure

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "delegations",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("official", sa.Uuid(), nullable=False),
        sa.Column("deputy", sa.Uuid(), nullable=False),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegations")),
    )
    for columns in (
        ["agency"],
        ["agency", "created_at", "id"],
        ["official"],
        ["deputy"],
        ["turns_on"],
    ):
        op.create_index(op.f(f"ix_delegations_{'_'.join(columns)}"), "delegations", columns)
    secure("delegations")
