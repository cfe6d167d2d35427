"""What came by files and streams, with its counts, and the rows of it that were refused."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import secure

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _entity(
        "imports",
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        *map(_text, ("source", "file_name", "actor")),
        *map(_integer, ("received", "stored", "unchanged", "refused")),
    )
    _entity(
        "quarantine",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        _integer("line"),
        *map(_text, ("cell", "period", "item", "value", "status", "note", "language")),
        *map(_text, ("reason", "vi", "en")),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        _integer("tries"),
        *map(_text, ("discard_reason", "discarder")),
    )
    op.create_index(
        op.f("ix_quarantine_agency_import_id_line"), "quarantine", ["agency", "import_id", "line"]
    )
    op.create_index(
        "ix_quarantine_waiting",
        "quarantine",
        ["agency", "import_id"],
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _entity(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("agency", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("id", sa.Uuid(), nullable=False),
        _integer("version"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for columns_ in (["agency"], ["agency", "created_at", "id"], ["created_at"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns_)}"), table, columns_)
    secure(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _integer(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)
