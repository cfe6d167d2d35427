"""Pin every third-party package that the workspace asks for, with hashes and without addresses."""

import re
import sys
import tomllib
from pathlib import Path
from subprocess import run

HERE = Path(__file__).parent.parent
UV = str(Path(sys.executable).parent / "uv")


def asked(project: dict[str, object]) -> set[str]:
    """The requirements of one pyproject.toml that are not packages of ours."""
    table = project["project"]
    groups = project.get("dependency-groups", {})
    wanted = list(table.get("dependencies", ())) + [
        one for group in groups.values() for one in group
    ]
    return {one for one in wanted if not re.match(r"saola-", one)}


def main() -> None:
    files = [
        HERE / "pyproject.toml",
        *HERE.glob("libs/*/pyproject.toml"),
        *HERE.glob("services/*/pyproject.toml"),
        *HERE.glob("deploy/pyproject.toml"),
    ]
    wanted = sorted(set().union(*(asked(tomllib.loads(file.read_text())) for file in files)))
    run(
        [
            UV,
            "pip",
            "compile",
            "--universal",
            "--python-version",
            "3.11",
            "--generate-hashes",
            "--no-header",
            "--no-annotate",
            "--no-emit-index-url",
            "-q",
            "-o",
            str(HERE / "requirements.lock"),
            *sys.argv[1:],
            "-",
        ],
        input="\n".join(wanted),
        text=True,
        check=True,
    )


if __name__ == "__main__":
    main()
