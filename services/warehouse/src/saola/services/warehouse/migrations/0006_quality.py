"""Editions, rules and levels of forms, what was found in reports, and unlocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from saola.kit.migrate import secure

revision = "0006"
down_revision = "0005"
FIRST_EDITIONS = """
    insert into editions (form, edition, published_at, in_force_from, title_vi, title_en, field,
        due_days, due_on_working_days, due_time, window_first_day, items, rules, levels)
    select id, 1, now(), in_force_from, title_vi, title_en, field,
        due_days, due_on_working_days, due_time, window_first_day, items, rules, levels
    from forms where state <> 'draft'
"""


def upgrade() -> None:
    _forms()
    _reports()
    _findings()
    _unlocks()
    service = op.get_context().opts["service"]
    op.execute(f"revoke update, delete on findings from {service}, {service}_system")


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=default)


def _integer(name: str, default: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default=default)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _forms() -> None:
    """What runs still and knows no editions writes forms without rules and of one level."""
    for name in ("rules", "levels"):
        column = sa.Column(name, JSONB(), nullable=False, server_default="[]")
        op.add_column("forms", column)
    op.add_column("forms", _integer("edition", "1"))
    op.add_column("forms", _text("in_force_from", ""))
    op.add_column("forms", _integer("draft_edition", "0"))
    op.create_table(
        "editions",
        sa.Column("form", sa.Uuid(), nullable=False),
        _integer("edition"),
        _text("in_force_from"),
        sa.Column("begins", sa.Date(), nullable=True),
        _moment("published_at"),
        *map(_text, ("title_vi", "title_en", "field")),
        _integer("due_days"),
        sa.Column("due_on_working_days", sa.Boolean(), nullable=False),
        sa.Column("due_time", sa.Time(), nullable=False),
        _integer("window_first_day"),
        *(sa.Column(name, JSONB(), nullable=False) for name in ("items", "rules", "levels")),
        sa.PrimaryKeyConstraint("form", "edition", name=op.f("pk_editions")),
    )
    op.execute(FIRST_EDITIONS)


def _reports() -> None:
    for column in (
        _integer("edition", "1"),
        _text("submitter_for", ""),
        _text("note", ""),
        _integer("found", "0"),
        _integer("level", "0"),
        _integer("levels", "1"),
        _moment("unlocked_until"),
        sa.Column("unlocked_version", sa.Integer(), nullable=True),
        sa.Column("unlocked_from", sa.String(40), nullable=True),
    ):
        op.add_column("submissions", column)
    op.execute("update submissions set level = 1 where state in ('approved', 'locked')")
    op.create_index(
        op.f("ix_submissions_unlocked_until"),
        "submissions",
        ["unlocked_until"],
        postgresql_where=sa.text("unlocked_until is not null"),
    )
    for change in (
        _text("deputy_of", ""),
        sa.Column("level", sa.Integer(), nullable=True),
        _text("state", ""),
    ):
        op.add_column("changes", change)


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        _integer("version"),
        _integer("number"),
        *map(_text, ("rule", "severity")),
        sa.Column("items", ARRAY(sa.Text()), nullable=False),
        *map(_text, ("vi", "en", "left", "right", "lower", "upper")),
        sa.Column("explained", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "agency", "submission", "version", "number", name=op.f("pk_findings")
        ),
    )
    secure("findings")


def _unlocks() -> None:
    op.create_table(
        "unlocks",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        _text("period"),
        sa.Column("state", sa.String(40), nullable=False),
        *map(_text, ("reason", "requester", "decider", "refusal")),
        _moment("decided_at"),
        _moment("ends_at"),
        sa.Column("id", sa.Uuid(), nullable=False),
        _integer("version"),
        _moment("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unlocks")),
    )
    op.create_index(op.f("ix_unlocks_agency"), "unlocks", ["agency"])
    op.create_index(
        op.f("ix_unlocks_agency_created_at_id"), "unlocks", ["agency", "created_at", "id"]
    )
    op.create_index(
        "uq_unlocks_open",
        "unlocks",
        ["agency", "submission"],
        unique=True,
        postgresql_where=sa.text("state in ('requested', 'granted')"),
    )
    secure("unlocks")
