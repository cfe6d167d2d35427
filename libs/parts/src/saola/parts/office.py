"""LibreOffice without root, from npm: it is compiled to WebAssembly, and needs Node only."""

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from saola.parts import npm

PACKAGE: Final = "@matbee/libreoffice-converter"
VERSION: Final = "2.7.2"
SAVE: Final = """
import { readFileSync, writeFileSync } from 'node:fs';
import { createWorkerConverter } from '@matbee/libreoffice-converter/server';
const [, wasm, list] = process.argv;
const office = await createWorkerConverter({ wasmPath: wasm });
for (const { from, to } of JSON.parse(readFileSync(list))) {
  const kinds = { inputFormat: from.split('.').pop(), outputFormat: to.split('.').pop() };
  writeFileSync(to, (await office.convert(readFileSync(from), kinds)).data);
}
await office.destroy();
process.exit(0);
"""


class Work(NamedTuple):
    """A file to be opened as one kind and saved as another: `xlsx`, `ods`, `csv`."""

    data: bytes
    opened: str
    saved: str


def install(cache: Path) -> Path:
    """Its folder under `cache`, filled the first time."""
    home = cache / f"office-{VERSION}"
    if not (home / "installed").exists():
        home.mkdir(parents=True, exist_ok=True)
        npm.install(home, f"{PACKAGE}@{VERSION}")
        (home / "installed").touch()
    return home


def save_again(home: Path, work: Sequence[Work]) -> list[bytes]:
    """The files as LibreOffice saves them. It starts slowly, so give it all at once."""
    with TemporaryDirectory() as name:
        folder, asked = Path(name), list[dict[str, str]]()
        for number, one in enumerate(work):
            given, made = folder / f"{number}.{one.opened}", folder / f"made{number}.{one.saved}"
            given.write_bytes(one.data)
            asked.append({"from": str(given), "to": str(made)})
        (folder / "work.json").write_text(json.dumps(asked), encoding="utf-8")
        wasm = home / "node_modules" / PACKAGE / "wasm"
        npm.script(home, SAVE, str(wasm), str(folder / "work.json"))
        return [Path(one["to"]).read_bytes() for one in asked]
