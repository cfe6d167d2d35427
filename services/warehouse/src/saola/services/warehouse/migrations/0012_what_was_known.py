"""What is known of the directory is kept, state by state: answers as of a moment go by it."""

from alembic import op

from saola.directory import areas
from saola.directory import migrations as directory

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    directory.create_0002()
    areas.create_0002(op)
