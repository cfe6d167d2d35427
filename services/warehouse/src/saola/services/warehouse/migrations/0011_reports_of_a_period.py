"""Reports of a period, and what has been moved since a moment, are found without all the others."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    name = op.f("ix_submissions_form_begins_agency")
    op.create_index(name, "submissions", ["form", "begins", "agency"])
    op.create_index(op.f("ix_changes_at"), "changes", ["at"], postgresql_using="brin")
