"""The last step that each report has reached without being submitted."""

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import secure

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "reminders",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("obligation", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("obligation", "period", name=op.f("uq_reminders_obligation_period")),
    )
    for columns in (["agency"], ["agency", "created_at", "id"]):
        op.create_index(op.f("_".join(["ix_reminders", *columns])), "reminders", columns)
    secure("reminders")
