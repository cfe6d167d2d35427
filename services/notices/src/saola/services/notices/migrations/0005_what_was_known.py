"""What is known of the directory is kept, state by state."""

from saola.directory import migrations as directory

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    directory.create_0002()
