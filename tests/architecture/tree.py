"""What stands in the repository, found by pattern; and how a check says what it found."""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent.parent
GENERATED = ("libs/apis/src/", "charts/saola/rendered/")


@dataclass(frozen=True)
class Part:
    """A folder of services/: a service, or an edge."""

    name: str
    kind: str

    @property
    def folder(self) -> Path:
        return HERE / "services" / self.name

    @property
    def source(self) -> Path:
        return self.folder / "src/saola" / self.kind / self.name


def parts() -> list[Part]:
    found = sorted(HERE.glob("services/*/src/saola/*/*/app.py"))
    return [Part(file.parent.name, file.parent.parent.name) for file in found]


def services() -> list[Part]:
    return [part for part in parts() if part.kind == "services"]


@cache
def files() -> tuple[Path, ...]:
    """All that is or would be committed, relative to the root."""
    asked = ("git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z")
    listed = subprocess.run(asked, cwd=HERE, check=True, capture_output=True, text=True).stdout
    named = sorted({Path(name) for name in listed.split("\0") if name})
    return tuple(name for name in named if (HERE / name).is_file())


def written(*endings: str) -> list[Path]:
    """What people wrote, by the endings of the names."""
    return [
        name
        for name in files()
        if name.name.endswith(endings or ("",)) and not name.as_posix().startswith(GENERATED)
    ]


def sources() -> list[Path]:
    """Hand-written Python but tests, migrations and the template of a service."""
    return [
        name
        for name in written(".py")
        if not {"tests", "migrations", "template"} & set(name.parts[:-1])
    ]


def lines(name: Path) -> int:
    return len((HERE / name).read_text().splitlines())


def text(name: Path) -> str | None:
    """Nothing for what is no text, like a picture."""
    try:
        return (HERE / name).read_text()
    except UnicodeDecodeError:
        return None


def cited(name: Path) -> set[str]:
    """The numbers of the decisions that a text names."""
    return set(re.findall(r"\bADR (\d+)", text(name) or ""))


def complain(problems: Iterable[str]) -> None:
    """Each problem is a sentence that says what to do."""
    if found := sorted(problems):
        pytest.fail("\n".join(["", *found]), pytrace=False)
