"""The first tables: agencies, areas, days, officials and their positions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from saola.kit.migrate import secure

revision = "0001"
down_revision = None


def upgrade() -> None:
    for extension in ("pg_trgm", "btree_gist"):  # both may be made by the owner of a database
        op.execute(f"create extension if not exists {extension}")
    op.create_table(
        "agencies",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("short", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "committee",
                "department",
                "division",
                "service_unit",
                "central_unit",
                "enterprise",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("area", sa.Uuid(), nullable=True),
        sa.Column("parent", sa.Uuid(), nullable=True),
        sa.Column("parents", postgresql.JSONB(), nullable=False),
        sa.Column("codes", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor", sa.Uuid(), nullable=True),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_index(op.f("ix_agencies_code"), "agencies", ["code"], unique=False)
    op.create_index(
        "ix_agencies_folded",
        "agencies",
        ["folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_agencies_parent"), "agencies", ["parent"], unique=False)
    op.create_index(
        "ix_agencies_parents",
        "agencies",
        ["parents"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"parents": "jsonb_path_ops"},
    )
    op.create_index(op.f("ix_agencies_sort_key_id"), "agencies", ["sort_key", "id"], unique=False)
    op.create_index(op.f("ix_agencies_successor"), "agencies", ["successor"], unique=False)
    op.create_index(op.f("ix_agencies_turns_on"), "agencies", ["turns_on"], unique=False)
    op.create_table(
        "agency_codes",
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint(
            "agency_id", "scheme", "code", "valid_from", name=op.f("pk_agency_codes")
        ),
    )
    op.create_table(
        "areas",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("parent", sa.Uuid(), nullable=True),
        sa.Column("latitude", sa.Numeric(), nullable=False),
        sa.Column("longitude", sa.Numeric(), nullable=False),
        sa.Column("square_kilometres", sa.Numeric(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
    )
    op.create_index(op.f("ix_areas_code"), "areas", ["code"], unique=False)
    op.create_index(
        "ix_areas_folded",
        "areas",
        ["folded"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_areas_parent"), "areas", ["parent"], unique=False)
    op.create_index(op.f("ix_areas_sort_key_id"), "areas", ["sort_key", "id"], unique=False)
    op.create_table(
        "days",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("holiday", "made_up", "regular", name="kind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_days")),
        sa.UniqueConstraint("date", name=op.f("uq_days_date")),
    )
    op.create_table(
        "officials",
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("roles", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("agencies", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("first_password", sa.Text(), nullable=True),
        sa.Column("turns_on", sa.Date(), nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officials")),
        sa.UniqueConstraint("user_name", name=op.f("uq_officials_user_name")),
    )
    op.create_index(op.f("ix_officials_sort_key_id"), "officials", ["sort_key", "id"], unique=False)
    op.create_index(op.f("ix_officials_turns_on"), "officials", ["turns_on"], unique=False)
    op.create_table(
        "positions",
        sa.Column("official", sa.Uuid(), nullable=False),
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("signs", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_positions")),
    )
    op.create_index(op.f("ix_positions_agency"), "positions", ["agency"], unique=False)
    op.create_index(
        op.f("ix_positions_agency_official"), "positions", ["agency", "official"], unique=False
    )
    op.create_index(op.f("ix_positions_official"), "positions", ["official"], unique=False)
    op.execute("""
        alter table agency_codes add constraint ex_agency_codes exclude using gist
        (scheme with =, code with =, daterange(valid_from, valid_to) with &&)
    """)
    op.execute("""
        alter table areas add constraint ex_areas_code exclude using gist
        (code with =, daterange(valid_from, valid_to) with &&)
    """)
    secure("positions")
    _secure_officials()


def _secure_officials() -> None:
    """An official is seen by whoever sees one of the positions, whose own policy says who does."""
    for act in ("enable", "force"):
        op.execute(f"alter table officials {act} row level security")
    op.execute("""
        create policy positions on officials using
        (exists (select from positions where positions.official = officials.id))
    """)
    service = op.get_context().opts["service"]
    op.execute(f"create policy system on officials to {service}_system using (true)")
