"""Obligations over time: what was known of terms when, exemptions, verdicts on what was sent."""

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import secure

revision = "0005"
down_revision = "0004"
APPEND_ONLY = ("terms", "verdicts")
FIRST_TERMS = """
    insert into terms (agency, obligation, version, form, valid_from, valid_to, cause, recorder,
        recorded_at)
    select agency, id, version, form, valid_from, valid_to, 'made', '', created_at
    from obligations
"""
FIRST_VERDICTS = """
    insert into verdicts (agency, submission, version, at, due_at, on_time, required, filled,
        superseded_at)
    select c.agency, c.submission, c.version, c.at, s.due_at,
        case when c.at = s.submitted_at then coalesce(s.on_time, false) else c.at < s.due_at end,
        count(i.code), count(o.item),
        lead(c.at) over (partition by c.agency, c.submission order by c.version)
    from changes c
    join submissions s on s.agency = c.agency and s.id = c.submission
    join forms f on f.id = s.form
    left join lateral (
        select item ->> 'code' as code from jsonb_array_elements(f.items) item
        where (item ->> 'required')::boolean
    ) i on true
    left join observations o on o.agency = c.agency and o.submission = c.submission
        and o.item = i.code and o.recorded_at <= c.at
        and (o.superseded_at is null or o.superseded_at > c.at)
        and o.status not in ('missing', 'withdrawn')
    where c.action = 'submitted'
    group by c.agency, c.submission, c.version, c.at, s.due_at, s.submitted_at, s.on_time
"""


def upgrade() -> None:
    op.add_column("obligations", sa.Column("predecessor", sa.Uuid(), nullable=True))
    _terms()
    _exemptions()
    _verdicts()
    for table in (*APPEND_ONLY, "exemptions"):
        secure(table)
    service = op.get_context().opts["service"]
    roles = f"{service}, {service}_system"
    for table in APPEND_ONLY:
        op.execute(f"revoke update, delete on {table} from {roles}")
        op.execute(f"grant update (superseded_at) on {table} to {roles}")
    op.execute(f"revoke delete on exemptions from {roles}")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _terms() -> None:
    op.create_table(
        "terms",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("obligation", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _text("cause"),
        _text("recorder"),
        _moment("recorded_at", nullable=False),
        _moment("superseded_at"),
        sa.PrimaryKeyConstraint("agency", "obligation", "version", name=op.f("pk_terms")),
    )
    op.create_index(op.f("ix_terms_form_agency"), "terms", ["form", "agency"])
    op.execute(FIRST_TERMS)


def _exemptions() -> None:
    op.create_table(
        "exemptions",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        *map(_text, ("reason", "creator")),
        _moment("revoked_at"),
        *map(_text, ("revoker", "revoke_reason")),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemptions")),
    )
    for columns in (["agency"], ["agency", "valid_from"], ["agency", "created_at", "id"]):
        op.create_index(op.f(f"ix_exemptions_{'_'.join(columns)}"), "exemptions", columns)


def _verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("agency", sa.Uuid(), nullable=False),
        sa.Column("submission", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("at", nullable=False),
        _moment("due_at", nullable=False),
        sa.Column("on_time", sa.Boolean(), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        _moment("superseded_at"),
        sa.PrimaryKeyConstraint("agency", "submission", "version", name=op.f("pk_verdicts")),
    )
    op.create_index(
        "ix_verdicts_now",
        "verdicts",
        ["agency", "submission"],
        postgresql_where=sa.text("superseded_at is null"),
    )
    op.execute(FIRST_VERDICTS)
