"""The first tables: dictionary, forms, obligations, reports, their history, and observations."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from saola.directory import migrations as directory
from saola.kit.migrate import secure

revision = "0001"
down_revision = None

SECURED = ("obligations", "submissions", "changes", "observations")


def upgrade() -> None:
    directory.create_0001()
    _dictionary()
    _reports()
    _observations()
    for table in SECURED:
        secure(table)
    service = op.get_context().opts["service"]
    roles = f"{service}, {service}_system"
    for table in ("changes", "observations"):
        op.execute(f"revoke update, delete on {table} from {roles}")
    op.execute(f"grant update (superseded_at) on observations to {roles}")


def _word(name: str, *values: str) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name.replace("_", ""), native_enum=False, length=40)
    return sa.Column(name, kind, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _entity(table: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        table,
        *parts,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _dictionary() -> None:
    _entity(
        "indicators",
        *map(_text, ("code", "title_vi", "title_en", "field", "unit")),
        _word("aggregation", "sum", "last", "none"),
        _word("direction", "up", "down", "neutral"),
        *map(_text, ("definition", "folded")),
        sa.UniqueConstraint("code", name=op.f("uq_indicators_code")),
    )
    _entity(
        "forms",
        *map(_text, ("code", "title_vi", "title_en", "field")),
        _word("period_type", "day", "month"),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("due_on_working_days", sa.Boolean(), nullable=False),
        sa.Column("due_time", sa.Time(), nullable=False),
        sa.Column("items", JSONB(), nullable=False),
        _word("state", "draft", "published", "retired"),
        sa.Column("retired_on", sa.Date(), nullable=True),
        _text("folded"),
        sa.UniqueConstraint("code", name=op.f("uq_forms_code")),
    )


def _reports() -> None:
    _entity(
        "obligations",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
    )
    _index("obligations", "agency")
    _index("obligations", "agency", "form", "valid_from")
    _index("obligations", "agency", "created_at", "id")
    # Whatever the code forgets, the database does not: no two of a kind on one day.
    op.execute("create extension if not exists btree_gist")
    op.execute(
        "alter table obligations add constraint ex_obligations_term exclude using gist "
        "(agency with =, form with =, daterange(valid_from, valid_to) with &&)"
    )
    _entity(
        "submissions",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        _text("period"),
        sa.Column("begins", sa.Date(), nullable=False),
        _word("state", "draft", "submitted", "returned", "approved", "locked"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        _text("submitter"),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        _text("return_reason"),
        sa.UniqueConstraint(
            "agency", "form", "period", name=op.f("uq_submissions_agency_form_period")
        ),
    )
    _index("submissions", "agency")
    _index("submissions", "agency", "created_at", "id")
    _index("submissions", "agency", "state")
    op.create_table(
        "changes",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *map(_text, ("action", "actor")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *map(_text, ("channel", "note")),
        sa.PrimaryKeyConstraint("agency", "submission", "version", name=op.f("pk_changes")),
    )


def _observations() -> None:
    op.create_table(
        "observations",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        _text("item"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.Uuid(), nullable=True),
        _text("period"),
        sa.Column("begins", sa.Date(), nullable=False),
        *map(_text, ("status", "value")),
        sa.Column("number", sa.Numeric(), nullable=True),
        _text("note"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        _text("recorder"),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "agency", "submission", "item", "version", name=op.f("pk_observations")
        ),
    )
    op.create_index(
        "ix_observations_now",
        "observations",
        ["agency", "indicator", "begins"],
        postgresql_where=sa.text("superseded_at is null and indicator is not null"),
    )
