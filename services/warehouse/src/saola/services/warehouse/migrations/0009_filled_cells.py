"""How many cells a report must fill and fills stands with the report: rates of now are plain."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
FROM_VERDICTS = """
    update submissions s set required = v.required, filled = v.filled
    from verdicts v
    where v.agency = s.agency and v.submission = s.id and v.superseded_at is null
"""


def upgrade() -> None:
    for name in ("required", "filled"):
        op.add_column("submissions", sa.Column(name, sa.Integer(), nullable=True))
    op.execute(FROM_VERDICTS)
