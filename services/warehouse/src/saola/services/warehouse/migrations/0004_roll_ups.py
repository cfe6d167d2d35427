"""Roll-ups and plans; rates, decimals and lights of indicators."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from saola.directory import areas
from saola.kit.migrate import secure

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _indicators()
    _cells()
    _plans()
    areas.create_0001(op)
    for table in ("cells", "plans"):
        secure(table)
    service = op.get_context().opts["service"]
    roles = f"{service}, {service}_system"
    op.execute(f"revoke update, delete on plans from {roles}")
    op.execute(f"grant update (superseded_at) on plans to {roles}")


def _column(name: str, kind: Any, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, **more)


def _indicators() -> None:
    op.add_column("indicators", _column("decimals", sa.Integer(), server_default="0"))
    op.add_column("indicators", sa.Column("numerator", sa.Uuid(), nullable=True))
    op.add_column("indicators", sa.Column("denominator", sa.Uuid(), nullable=True))
    op.add_column("indicators", sa.Column("factor", sa.Numeric(), nullable=True))
    basis = sa.Enum("plan", "year_before", "value", name="basis", native_enum=False, length=40)
    op.add_column("indicators", sa.Column("light_basis", basis, nullable=True))
    op.add_column("indicators", sa.Column("light_green", sa.Numeric(), nullable=True))
    op.add_column("indicators", sa.Column("light_yellow", sa.Numeric(), nullable=True))
    op.add_column("indicators", _column("light_pro_rata", sa.Boolean(), server_default=sa.false()))


def _cells() -> None:
    op.create_table(
        "cells",
        _column("indicator", sa.Uuid()),
        _column("period_type", sa.Text()),
        _column("begins", sa.Date()),
        _column("agency", sa.Uuid()),
        _column("reports", sa.Integer()),
        _column("numbers", sa.Integer()),
        sa.Column("total", sa.Numeric(), nullable=True),
        sa.Column("last", sa.Numeric(), nullable=True),
        _column("occurred", sa.Boolean()),
        _column("nothing", sa.Boolean()),
        _column("estimated", sa.Boolean()),
        _column("preliminary", sa.Boolean()),
        _column("revised", sa.Boolean()),
        _column("direct", sa.Boolean()),
        _column("fresh_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint(
            "indicator", "period_type", "begins", "agency", name=op.f("pk_cells")
        ),
        postgresql_with={"fillfactor": 80},
    )


def _plans() -> None:
    op.create_table(
        "plans",
        _column("id", sa.Uuid()),
        _column("agency", sa.Uuid()),
        _column("indicator", sa.Uuid()),
        _column("period", sa.Text()),
        _column("begins", sa.Date()),
        sa.Column("value", sa.Numeric(), nullable=True),
        _column("source", sa.Text()),
        _column("recorded_at", sa.DateTime(timezone=True)),
        _column("recorder", sa.Text()),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    op.create_index(
        op.f("ix_plans_agency_indicator_begins"), "plans", ["agency", "indicator", "begins"]
    )
    op.create_index(op.f("ix_plans_begins_id"), "plans", ["begins", "id"])
    op.create_index(
        "uq_plans_now",
        "plans",
        ["indicator", "period", "agency"],
        unique=True,
        postgresql_where=sa.text("superseded_at is null"),
    )
