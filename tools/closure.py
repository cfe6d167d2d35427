"""What one part of Saola needs: our own packages, and those of others out of requirements.lock.

    python tools/closure.py PART            its third-party closure, with the hashes of the lock
    python tools/closure.py --ours PART     the folders of our packages in it, to build wheels of
    python tools/closure.py --only NAME…    the closure of packages of others

PART is a service or `deploy`. Needs nothing but Python and uv: it runs where images are built.
"""

import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from subprocess import run

HERE = Path(__file__).parent.parent
LOCK = HERE / "requirements.lock"
NAME = re.compile(r"[A-Za-z0-9._-]+")


def packages() -> dict[str, Path]:
    """Our packages by their names, and where they stand."""
    files = [*HERE.glob("libs/*/pyproject.toml"), *HERE.glob("services/*/pyproject.toml")]
    files.append(HERE / "deploy/pyproject.toml")
    return {tomllib.loads(file.read_text())["project"]["name"]: file.parent for file in files}


def asked(folder: Path) -> list[str]:
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return list(project.get("dependencies", ()))


def ours(part: str) -> dict[str, Path]:
    """Our packages that `part` is made of, itself among them."""
    known, found, waiting = packages(), {}, [f"saola-{part}"]
    while waiting:
        name = waiting.pop()
        if name not in known:
            raise SystemExit(f"There is no part {part!r}; {name} stands nowhere.")
        if name not in found:
            found[name] = known[name]
            named = (NAME.match(one) for one in asked(known[name]))
            waiting += [one[0] for one in named if one and one[0].startswith("saola-")]
    return dict(sorted(found.items()))


def theirs(part: str) -> list[str]:
    """What our packages in `part` ask of others."""
    wanted = {one for folder in ours(part).values() for one in asked(folder)}
    return sorted(one for one in wanted if not one.startswith("saola-"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned() -> dict[str, list[str]]:
    """The lock, by package: the pins with their markers and hashes; two where Pythons differ."""
    found: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\S)", LOCK.read_text().strip()):
        if name := NAME.match(block):
            found.setdefault(canonical(name[0]), []).append(block)
    return found


def closure(wanted: Iterable[str], flags: Sequence[str] = ()) -> list[str]:
    """Every package that `wanted` brings, as the lock pins it."""
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    command = [uv, "pip", "compile", "-q", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "-c", str(LOCK), *flags, "-"]
    found = run(command, input="\n".join(wanted), text=True, check=True, capture_output=True)
    named = (NAME.match(line) for line in found.stdout.splitlines())
    names = sorted({canonical(name[0]) for name in named if name})
    lock = pinned()
    return [pin for name in names for pin in lock[name]]


def main() -> None:
    match sys.argv[1:]:
        case ["--ours", part]:
            print("\n".join(str(folder.relative_to(HERE)) for folder in ours(part).values()))
        case ["--only", *names] if names:
            print("\n".join(closure(names)))
        case [part] if not part.startswith("-"):
            print("\n".join(closure(theirs(part))))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
