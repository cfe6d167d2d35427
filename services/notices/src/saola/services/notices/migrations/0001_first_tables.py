"""The first tables: notices and their deliveries, preferences, templates, plans, officials."""

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
    _notices()
    _deliveries()
    _content()
    for table in ("notices", "deliveries"):
        secure(table)


def _notices() -> None:
    _entity(
        "notices",
        *_uuids("official", "agency"),
        _word("kind", "reminder", "returned", "approved"),
        *_texts("subject", "step"),
        *_uuids("owner", "form"),
        *_texts("period", "submission", "title_vi", "title_en", "body_vi", "body_en"),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        *_texts("place"),
        sa.UniqueConstraint(
            "official", "subject", "step", name=op.f("uq_notices_official_subject_step")
        ),
    )
    for columns in (["agency"], ["official", "place", "id"], ["subject"], ["created_at"]):
        _index("notices", *columns)


def _deliveries() -> None:
    _entity(
        "deliveries",
        *_uuids("notice", "official", "agency"),
        _word("channel", "email", "sms", "webhook"),
        _word("state", "queued", "sending", "sent", "failed", "needless"),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *_texts("code"),
        sa.Column("message", sa.Uuid(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
    )
    for columns in (["agency"], ["message"], ["notice"], ["agency", "created_at", "id"]):
        _index("deliveries", *columns)
    op.create_index("ix_deliveries_sent", "deliveries", ["channel", "sent_at"])
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["official", "channel"],
        postgresql_where=sa.text("state in ('queued', 'sending')"),
    )


def _content() -> None:
    _entity(
        "preferences",
        sa.Column("channels", sa.ARRAY(sa.Text()), nullable=False),
        *_texts("language"),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_to", sa.Time(), nullable=True),
        _word("digest", "soon", "hourly", "daily"),
    )
    _entity(
        "templates",
        *_texts("code"),
        sa.Column("words", JSONB(), nullable=False),
        sa.Column("draft", JSONB(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("code", name=op.f("uq_templates_code")),
    )
    _entity(
        "plans",
        *_texts("code"),
        sa.Column("steps", JSONB(), nullable=False),
        sa.UniqueConstraint("code", name=op.f("uq_plans_code")),
    )
    op.create_table(
        "officials",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agencies", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officials")),
    )
    op.create_index("ix_officials_agencies", "officials", ["agencies"], postgresql_using="gin")


def _entity(table: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        table,
        *parts,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _word(name: str, *values: str) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name, native_enum=False, length=40)
    return sa.Column(name, kind, nullable=False)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _uuids(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Uuid(), nullable=False) for name in names]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
