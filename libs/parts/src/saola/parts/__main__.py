"""`python -m saola.parts`: fetch and build now what no wheel carries."""

import sys
from pathlib import Path

from saola.parts import browser, keycloak

CACHE = Path(sys.prefix).resolve().parent / "build/parts"


def main() -> None:
    for name, install in (("keycloak", keycloak.install), ("browser", browser.install)):
        sys.stdout.write(f"{name}: {install(CACHE)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
