"""`make service NAME=x` in a copy of the repository: every check is green without another edit."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools import new_service

from tests.architecture import tree
from tests.architecture.tree import HERE

GENERATED = ("charts/saola/", "docs/", "skaffold.yaml")
CHECKS = ("services/trial", "tests/architecture", "tests/test_access.py", "tests/charts")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Permits", "is no name"),
        ("two-words", "is no name"),
        ("class", "means something else"),
        ("postgres", "means something else"),
        ("identity", "There is a service identity already"),
    ],
)
def test_a_name_that_cannot_be_is_refused(name: str, why: str) -> None:
    assert why in new_service.refusal(name)


@pytest.fixture(scope="module")
def copied() -> Iterator[Path]:
    """A copy of what is committed or would be, with an environment of its own."""
    with tempfile.TemporaryDirectory(prefix="saola-trial-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # whoever is root starts PostgreSQL as nobody
        for name in tree.files():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / name, root / name)
        run(root, "git", "init", "-q")
        run(root, "git", "add", "-A")
        author = ("-c", "user.name=trial", "-c", "user.email=trial@saola.example")
        run(root, "git", *author, "commit", "-qm", "all")
        yield root


def run(root: Path, *command: str) -> str:
    ours = ("SAOLA_", "PYTEST_", "VIRTUAL_ENV", "MAKE", "MFLAGS")
    given = {key: value for key, value in os.environ.items() if not key.startswith(ours)}  # noqa: TID251  # of the machine only
    done = subprocess.run(command, cwd=root, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    return done.stdout


@pytest.mark.timeout(900)
def test_a_new_service_passes_every_check_without_another_edit(copied: Path) -> None:
    run(copied, "make", "service", "NAME=trial")
    for line in run(copied, "git", "status", "--porcelain").splitlines():
        kind, name = line.split()
        assert kind == "??" or name.startswith(GENERATED), f"{line}: that is not generated"
    run(copied, "make", "lint", "check-protos")
    places = [*copied.glob("libs/*/src"), *copied.glob("services/*/src")]
    path = "MYPYPATH=" + ":".join(map(str, places))
    run(copied, "env", path, ".venv/bin/mypy", "-p", "saola.services.trial")
    run(copied, ".venv/bin/pytest", "-x", "-k", "not sync and not exceptions", *CHECKS)
