"""`make release NAME=x VERSION=1.2.0`: one version in all places; commit and tag are yours."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from tools import sync

HERE = Path(__file__).parent.parent
VERSION = re.compile(r"\d+\.\d+\.\d+")


def changed(text: str, pattern: str, version: str, where: str) -> str:
    new, count = re.subn(pattern, rf"\g<1>{version}", text, count=1, flags=re.MULTILINE)
    if not count:
        raise SystemExit(f"{where} names no version.")
    return new


def release(root: Path, name: str, version: str, today: date) -> list[Path]:
    """Writes `version` into the project, the chart and the changelog; gives the files."""
    project = root / f"services/{name}/pyproject.toml"
    chart = root / f"charts/{name}/Chart.yaml"
    log = root / f"services/{name}/CHANGELOG.md"
    if not project.exists():
        raise SystemExit(f"There is no service {name}.")
    if not VERSION.fullmatch(version):
        raise SystemExit(f"{version!r} is no version: three numbers, like 1.2.0.")
    text = log.read_text()
    section = text.partition("## Unreleased")[2].partition("\n## ")[0]
    if not section.strip():
        raise SystemExit(f"{log.relative_to(root)} says nothing under `## Unreleased`.")
    log.write_text(
        text.replace("## Unreleased", f"## Unreleased\n\n## {version} ({today:%Y-%m-%d})", 1)
    )
    old = project.read_text()
    project.write_text(changed(old, r'^(version = ")[^"]+(?=")', version, str(project)))
    told = changed(chart.read_text(), r"^(version: ).+$", version, str(chart))
    chart.write_text(changed(told, r"^(appVersion: ).+$", version, str(chart)))
    return [project, chart, log]


def main() -> None:
    match sys.argv[1:]:
        case [name, version]:
            today = datetime.now(UTC).date()  # noqa: TID251  # nobody hands the day to a command
            release(HERE, name, version, today)
        case _:
            sys.exit("Say which: make release NAME=identity VERSION=1.2.0")
    sys.argv[1:] = []
    sync.main()
    print(f"Commit this, and tag it {name}/v{version}.")


if __name__ == "__main__":
    main()
