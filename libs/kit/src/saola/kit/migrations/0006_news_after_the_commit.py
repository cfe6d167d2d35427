"""The service itself tells, after its commit, what waits: see news.py."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("drop trigger tell_relay on outbox")
    op.execute("drop function tell_relay")
    op.execute("drop trigger tell_workers on work")
    op.execute("drop function tell_workers")
