"""`python -m tests.smoke`: the story on the site of this checkout, and how long it took."""

import argparse
import sys
import time
from pathlib import Path

from saola.client.site import Refusal, Site
from tests.smoke.story import Account, tell

HERE = Path(__file__).parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.smoke", description=__doc__)
    parser.add_argument("--site", type=Path, default=HERE / ".data/site.json")
    parser.add_argument("--secrets", type=Path, default=HERE / ".data/secrets")
    parser.add_argument("--user", default="admin")
    asked = parser.parse_args()
    if not asked.site.exists():
        sys.exit(f"No site runs here: {asked.site} is missing. Start one with `make up`.")
    password = (asked.secrets / f"account-{asked.user}").read_text().strip()
    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {what}", flush=True)

    try:
        tell(Site.load(asked.site), Account(asked.user, password), say)
    except (AssertionError, Refusal, TimeoutError) as failure:
        sys.exit(f"smoke failed: {failure}")
    say("smoke passed")


if __name__ == "__main__":
    main()
