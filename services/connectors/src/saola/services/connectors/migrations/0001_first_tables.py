"""The first tables: connectors, their runs, and the copy of the directory."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from saola.directory import migrations as directory
from saola.kit.migrate import secure

revision = "0001"
down_revision = None


def upgrade() -> None:
    directory.create_0001()
    _connectors()
    _runs()
    for table in ("connectors", "runs"):
        secure(table)


def _connectors() -> None:
    _entity(
        "connectors",
        *_uuids("agency", "form"),
        *_texts("title", "folded", "sort_key", "url"),
        _word("method", "none", "basic", "bearer", "api_key"),
        *_texts("user", "header"),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        *_texts("origin"),
        _word("format", "json", "csv"),
        *_texts("rows", "period_source"),
        sa.Column("fields", JSONB(), nullable=False),
        _word("numbers", "plain", "comma", "point"),
        *_texts("delimiter", "encoding", "schedule"),
        *_integers("lag", "seconds", "size_limit", "retries"),
        _word(
            "period_type",
            *("day", "week", "month", "quarter", "half_year", "nine_months", "year"),
            kind="periodtype",
        ),
        *_integers("first_day"),
        sa.Column("planned_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        _word("health", "new", "good", "partly", "failed"),
        *_integers("failures"),
        sa.Column("last_run", sa.Uuid(), nullable=True),
        sa.Column("good_run", sa.Uuid(), nullable=True),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
    )
    _index("connectors", "agency")
    _index("connectors", "agency", "sort_key", "id")
    op.create_index(
        "ix_connectors_due",
        "connectors",
        ["next_at"],
        postgresql_where=sa.text("next_at is not null"),
    )


def _runs() -> None:
    _entity(
        "runs",
        *_uuids("connector", "agency"),
        _word("trigger", "schedule", "person"),
        _word("state", "waiting", "running", "succeeded", "partly", "failed"),
        *_texts("period"),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_integers("attempts"),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        *_texts("url"),
        *_integers("status"),
        *_texts("content_type"),
        *_integers("size"),
        *_texts("sha256", "mapping", "file_name"),
        *_integers("rows", "stored", "unchanged", "refused"),
        sa.Column("refusal", JSONB(), nullable=True),
        sa.Column("refusals", JSONB(), nullable=False),
    )
    _index("runs", "agency")
    _index("runs", "connector", "scheduled_at", "id")
    _index("runs", "agency", "scheduled_at", "id")
    _index("runs", "ended_at")
    op.create_index(
        "uq_runs_planned",
        "runs",
        ["connector", "scheduled_at"],
        unique=True,
        postgresql_where=sa.text("trigger = 'schedule'"),
    )
    op.create_index(
        "ix_runs_kept", "runs", ["ended_at"], postgresql_where=sa.text("file_name <> ''")
    )


def _entity(table: str, *parts: sa.Column[Any]) -> None:
    op.create_table(
        table,
        *parts,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _word(name: str, *values: str, kind: str = "") -> sa.Column[Any]:
    enum = sa.Enum(*values, name=kind or name, native_enum=False, length=40)
    return sa.Column(name, enum, nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _uuids(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in names]


def _integers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
