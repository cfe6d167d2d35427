"""The steps of the tables of reports, for migrations. Each stays as it was written."""

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import secure


def create_0001() -> None:
    """The first form: declarations, who owes, deliveries, marks."""
    op.create_table(
        "report_declarations",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_report_declarations")),
    )
    op.create_table(
        "report_owing",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("report", "agency", name=op.f("pk_report_owing")),
    )
    _deliveries()
    op.create_table(
        "report_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_marks")),
    )
    op.create_index("ix_report_marks_agency", "report_marks", ["agency"])
    for table in ("report_owing", "report_deliveries", "report_marks"):
        secure(table)


def _deliveries() -> None:
    op.create_table(
        "report_deliveries",
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("marked", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("report", "agency", "begins", name=op.f("pk_report_deliveries")),
    )
    op.create_index("ix_report_deliveries_agency_ends", "report_deliveries", ["agency", "ends"])
    op.create_index(
        "ix_report_deliveries_waiting",
        "report_deliveries",
        ["report", "agency"],
        postgresql_where=sa.text("seen < marked"),
    )
