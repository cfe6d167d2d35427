"""What browsers fetch once: files named by their content, as `make setup` built them."""

import json
from functools import cache
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).parent / "static"


@cache
def _manifest() -> dict[str, str]:
    try:
        names: dict[str, str] = json.loads((STATIC / "manifest.json").read_text())
    except FileNotFoundError:
        raise FileNotFoundError("The portal's files are not built: run `make setup`.") from None
    return names


def asset(name: str) -> str:
    """The address of a file by its plain name: `portal.css`."""
    return f"/static/{_manifest()[name]}"


@cache
def icon(name: str) -> Markup:
    use = Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>')
    return use.format(asset("icons.svg"), name)
