"""From `make up` on a prepared machine until `make smoke` passes, and what all of it weighs."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent.parent
SECONDS, GIGABYTES = 60, 3.0


def main() -> None:
    if (HERE / ".data/site.json").exists() and _processes():
        sys.exit("A site runs here. Stop it: this starts one itself.")
    begun = time.monotonic()
    up = subprocess.Popen(
        ("make", "up", "DEMO=0"), cwd=HERE, stdout=subprocess.DEVNULL, process_group=0
    )
    try:
        while subprocess.run(
            ("make", "smoke"), cwd=HERE, capture_output=True, check=False
        ).returncode:
            if up.poll() is not None or time.monotonic() - begun > 300:
                sys.exit("It did not come up.")
            time.sleep(1)
        took = time.monotonic() - begun
        weight = sum(int(str(one["rss"])) for one in _processes()) / 1e9
    finally:
        os.killpg(up.pid, signal.SIGINT)  # as Ctrl-C: to all in the foreground
        up.wait()
    print(
        f"startup: smoke passed after {took:.0f} s (goal {SECONDS} s), "
        f"{weight:.2f} GB resident (goal {GIGABYTES} GB)"
    )


def _processes() -> list[dict[str, object]]:
    command = (sys.executable, "-m", "saola.deploy", "ps", "--json")
    said = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE)
    found: list[dict[str, object]] = json.loads(said.stdout) if said.returncode == 0 else []
    return [one for one in found if one["state"] == "running"]


if __name__ == "__main__":
    main()
