"""What has been moved since a moment is found without reading all that was moved before."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index(op.f("ix_changes_at"), "changes", ["at"], postgresql_using="brin")
