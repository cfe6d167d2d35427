"""The first tables: entries, allocations, projects and payments; copies, and what is reported."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from saola.directory import migrations as directory
from saola.kit.migrate import secure
from saola.subsystem import migrations as subsystem

revision = "0001"
down_revision = None
LEVELS = ("central", "province", "district", "commune")
GROUPS = (
    "domestic",
    "customs",
    "other_revenue",
    "recurrent",
    "investment",
    "other_expenditure",
)
HOLDS = sa.text("superseded_at is null")
LINE = ("day", "flow", "chapter", "sector", "item", "level", "area", "document")


def upgrade() -> None:
    directory.create_0001()
    subsystem.create_0001()
    _entries()
    _allocations()
    _projects()
    for table in ("entries", "allocations", "projects", "payments"):
        secure(table)


def _entries() -> None:
    _recorded(
        "entries",
        _word("flow", "revenue", "expenditure"),
        *_texts("chapter", "sector", "item"),
        _word("level", *LEVELS),
        *_texts("area"),
    )
    _holds("entries", "agency", *LINE)
    _index("entries", "agency", "day", "id")
    _index("entries", "day", "id")


def _allocations() -> None:
    _recorded(
        "allocations",
        sa.Column("year", sa.Integer(), nullable=False),
        _word("flow", "revenue", "expenditure"),
        *_texts("chapter"),
        _word("group", *GROUPS),
        _word("level", *LEVELS),
    )
    line = ("agency", "year", "flow", "chapter", "group", "level", "document", "day")
    _holds("allocations", *line)
    _index("allocations", "agency", "year", "day")
    _index("allocations", "day", "id")


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("agency", sa.Uuid(), nullable=False),
        *_texts("code", "title", "area"),
        sa.Column("total", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("first_day", "last_day")),
        sa.Column("late_day", sa.Date(), nullable=False),
        sa.Column("finish_day", sa.Date(), nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        *_texts("obstacle", "folded"),
        *_entity("projects"),
        sa.UniqueConstraint("agency", "code", name=op.f("uq_projects_agency_code")),
    )
    _index("projects", "agency")
    _index("projects", "code", "id")
    _recorded(
        "payments",
        sa.Column("project", sa.Uuid(), nullable=False),
        _word("kind", "plan", "disbursement"),
        sa.Column("year", sa.Integer(), nullable=False),
    )
    _holds("payments", "project", "kind", "year", "day", "document")
    _index("payments", "agency", "year", "kind", "day")
    _index("payments", "project", "day", "id")


def _recorded(table: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        table,
        *columns,
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_texts("document"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_texts("recorder"),
        sa.Column("supersedes", sa.Uuid(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        *_texts("reason"),
        *_entity(table),
    )
    _index(table, "agency")


def _entity(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _word(name: str, *values: str) -> sa.Column[Any]:
    kind = sa.Enum(*values, name=name, native_enum=False, length=40)
    return sa.Column(name, kind, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f("_".join(["ix", table, *columns])), table, list(columns))


def _holds(table: str, *columns: str) -> None:
    op.create_index(f"uq_{table}_line", table, list(columns), unique=True, postgresql_where=HOLDS)
