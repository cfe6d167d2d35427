"""`python -m tests.faults`: kill -9 of each process of `make ps` while clients write; then compare.

It takes some minutes, and is no part of `make test`.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from saola.client.site import Site
from tests.faults.check import flaws
from tests.faults.writer import Writer, days_back
from tests.smoke.people import sign_in
from tests.smoke.stage import build

HERE = Path(__file__).parent.parent.parent
WRITERS = 4
CALM = 4.0  # seconds between a recovery and the next kill


def processes() -> dict[str, dict[str, object]]:
    """What `make ps` shows, by name."""
    command = [sys.executable, "-m", "saola.deploy", "ps", "--json"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE)
    return {one["name"]: one for one in json.loads(said.stdout)}


def kill(name: str) -> float:
    """Kills it, and waits until another runs in its place; gives the seconds that took."""
    pid = int(str(processes()[name]["pid"]))
    os.kill(pid, signal.SIGKILL)
    begun = time.monotonic()
    while True:
        now = processes()[name]
        if now["state"] == "running" and now["pid"] != pid:
            return time.monotonic() - begun
        if time.monotonic() - begun > 120:
            sys.exit(f"{name} did not come back within 120 s")
        time.sleep(0.3)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="names of `make ps`; all when unset")
    asked = parser.parse_args()
    site = Site.load(HERE / ".data/site.json")
    password = (HERE / ".data/secrets/account-admin").read_text().strip()
    stage = build(sign_in(site, "admin", password), duties=1, since="2020-01-01")
    [duty] = stage.duties
    writers = [Writer(stage, duty) for _ in range(WRITERS)]
    threads = [
        threading.Thread(target=writer.run, args=(days_back(stage.today, n, WRITERS),))
        for n, writer in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    try:
        for name in (asked.only or list(processes())) * asked.rounds:
            time.sleep(CALM)
            before = sum(len(writer.log) for writer in writers)
            print(f"kill -9 {name}: back after {kill(name):.1f} s", flush=True)
            print(f"  {before} reports acknowledged before", flush=True)
        time.sleep(CALM)
        ended = sum(not thread.is_alive() for thread in threads)
    finally:
        for writer in writers:
            writer.stop.set()
        for thread in threads:
            thread.join()
    log = [one for writer in writers for one in writer.log]
    repeats = sum(writer.repeats for writer in writers)
    found = [f"{ended} of {WRITERS} writers ended early"] if ended else []
    found += flaws(stage, duty, log)
    print(f"{len(log)} reports acknowledged, {repeats} requests asked again, {len(found)} flaws")
    sys.exit("\n".join(found) if found else 0)


if __name__ == "__main__":
    main()
