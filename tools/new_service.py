"""`make service NAME=x`: a copy of tools/template that runs and passes every check.

It writes new files and generated ones only. What comes next stands in CONTRIBUTING.md.
"""

import keyword
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
TEMPLATE = HERE / "tools/template"
WORD = re.compile(r"(?<![A-Za-z])sample(?![A-Za-z])")
NAME = re.compile(r"[a-z]{3,20}")
# What would mean something else in a package, a database, a chart or an address.
TAKEN = {
    "saola",
    "sample",
    "deploy",
    "lib",
    "parts",
    "kit",
    "apis",
    "options",
    "public",
    "postgres",
}
TAKEN |= {"nats", "objects", "keycloak", "databases", "realm", "user", "template", "test", "tests"}


def refusal(name: str, root: Path = HERE) -> str:
    """Why there can be no service of this name; empty if there can."""
    if not NAME.fullmatch(name):
        return f"{name!r} is no name: one English noun of 3 to 20 small letters, like `permits`."
    if name in TAKEN or keyword.iskeyword(name):
        return f"{name} means something else already; take another noun."
    if (root / "services" / name).exists() or (root / "protos/saola/apis" / name).exists():
        return f"There is a service {name} already."
    return ""


def copy(name: str, root: Path = HERE) -> list[Path]:
    """The files of the template under the new name, relative to `root`."""
    made = []
    for source in sorted(TEMPLATE.rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            place = Path(WORD.sub(name, source.relative_to(TEMPLATE).as_posix()))
            target = root / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(WORD.sub(name, source.read_text()))
            made.append(place)
    return made


def main() -> None:
    match sys.argv[1:]:
        case [name]:
            if why := refusal(name):
                sys.exit(why)
        case _:
            sys.exit("Say which: make service NAME=permits")
    made = copy(name)
    for step in ("protos", "setup", "fix", "sync"):
        subprocess.run([shutil.which("make") or "make", "-s", step], cwd=HERE, check=True)
    print(f"{len(made)} files for the service {name}. Next: its proto, `make protos`, its domain.")


if __name__ == "__main__":
    main()
