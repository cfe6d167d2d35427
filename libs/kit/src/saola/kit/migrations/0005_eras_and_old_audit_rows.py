"""Which stream was followed, and the one way for old rows to leave the audit."""

import sqlalchemy as sa
from alembic import op

from saola.kit.migrate import allow

revision = "0005"
down_revision = "0004"

# It belongs to the owner of the tables. What it may do at most stands here and not with who calls
# it: the rows under the oldest seals, each after a year at least, and never the last seal.
PURGE = """
    create function purge_audit(keep interval, most bigint) returns bigint
    language plpgsql security definer set search_path = public, pg_temp as $$
    declare oldest seals; gone bigint; total bigint := 0;
    begin
        if keep < interval '365 days' then
            raise exception 'the audit is kept for a year at least';
        end if;
        perform pg_advisory_xact_lock(hashtext('seal'));
        while total < most loop
            select * into oldest from seals order by number limit 1;
            exit when not found or oldest.at >= now() - keep
                or not exists (select from seals where number > oldest.number);
            delete from audit where xid >= oldest.since and xid < oldest.until;
            get diagnostics gone = row_count;
            delete from seals where number = oldest.number;
            total := total + gone;
        end loop;
        return total;
    end $$
"""


def upgrade() -> None:
    op.add_column(
        "followed", sa.Column("era", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.execute(PURGE)
    allow("purge_audit(interval, bigint)")
