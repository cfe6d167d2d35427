"""How a text is put into a cell of a table in plain text, so that no spreadsheet computes it.

What begins like a formula travels behind an apostrophe, and comes back without it.
"""

import re
from typing import Final

FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
HIDDEN: Final = re.compile(r"''*[=+\-@\t\r]")
NUMBER: Final = re.compile(r"-[0-9][0-9., ]*")
COMPUTED: Final = ("=", "@")  # nobody writes a value like this


def shown(text: str) -> str:
    """As it is put there."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def meant(cell: str) -> str:
    """What was put there by `shown`."""
    return cell[1:] if HIDDEN.match(cell) else cell


def is_computed(cell: str) -> bool:
    return cell.startswith(COMPUTED)
