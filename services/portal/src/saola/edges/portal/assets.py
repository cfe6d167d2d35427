"""What browsers fetch once: files named by their content, as `make setup` built them."""

import json
import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
NAMED = re.compile(r"(.+)-[0-9A-Z]{8}(\.\w+)")


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


def of_any_release(file: str) -> str | None:
    """Our file of that plain name. While a site is updated, pages of one release ask another."""
    found = NAMED.fullmatch(file)
    return _manifest().get("".join(found.groups())) if found else None


@cache
def icon(name: str) -> Markup:
    use = Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>')
    return use.format(asset("icons.svg"), name)
