"""Names of resources are written in one way."""

from uuid import UUID

import pytest

from saola.kit.errors import NotFound
from saola.kit.names import id_of, name_of

ID = UUID(int=7)


def test_a_name_gives_back_its_id() -> None:
    assert id_of("notes", name_of("notes", ID)) == ID


@pytest.mark.parametrize(
    "name",
    ["", "notes", "notes/", f"reports/{ID}", f"notes/{ID.hex}", f"notes/{{{ID}}}", f"notes/{ID}/x"],
)
def test_what_is_written_otherwise_names_nothing(name: str) -> None:
    with pytest.raises(NotFound):
        id_of("notes", name)
