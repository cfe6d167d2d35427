"""Write the Python code of protos/ to libs/apis/src. The package of a proto is its import path.

With --check it writes elsewhere and fails where that differs; it also lints and checks the format.
"""

import filecmp
import shutil
import sys
import tempfile
from pathlib import Path
from subprocess import run

import google.api
import google.rpc

HERE = Path(__file__).parent.parent
APIS = HERE / "libs/apis/src"
GOOGLEAPIS = HERE / "build/googleapis"
PLUGINS = ("python", "grpc_python", "mypy", "mypy_grpc")
BIN = Path(sys.executable).parent
NAMESPACES = ("saola/apis", "saola/options")


def copy_googleapis() -> None:
    for package in (google.api, google.rpc):
        folder = GOOGLEAPIS / package.__name__.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        for proto in Path(next(iter(package.__path__))).glob("*.proto"):
            shutil.copy(proto, folder)


def generate(out: Path) -> None:
    for namespace in NAMESPACES:
        shutil.rmtree(out / namespace, ignore_errors=True)
    run(
        [sys.executable, "-m", "grpc_tools.protoc", f"-I{HERE / 'protos'}", f"-I{GOOGLEAPIS}"]
        + [f"--{plugin}_out={'quiet:' * plugin.startswith('mypy')}{out}" for plugin in PLUGINS]
        + [str(proto) for proto in sorted((HERE / "protos").rglob("*.proto"))],
        check=True,
        env={"PATH": str(BIN)},
    )
    for namespace in NAMESPACES:
        (out / namespace / "__init__.py").write_text(
            '"""Generated from protos/ by `make protos`. Do not edit."""\n'
        )
        (out / namespace / "py.typed").touch()


def differences(left: Path, right: Path) -> list[str]:
    names = {
        file.relative_to(side)
        for side in (left, right)
        for file in side.rglob("*.py*")
        if "__pycache__" not in file.parts
    }
    return sorted(
        str(name)
        for name in names
        if not (
            (left / name).exists()
            and (right / name).exists()
            and filecmp.cmp(left / name, right / name, shallow=False)
        )
    )


def check() -> None:
    env = {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "BUF_CACHE_DIR": str(HERE / "build/buf"),
        "HOME": str(HERE / "build"),
    }
    run([BIN / "buf", "lint"], check=True, cwd=HERE, env=env)
    run([BIN / "buf", "format", "--diff", "--exit-code", "protos"], check=True, cwd=HERE, env=env)
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        if found := differences(Path(folder) / "saola", APIS / "saola"):
            sys.exit(f"Not as protos/ would have it; run `make protos`: {', '.join(found)}")


if __name__ == "__main__":
    copy_googleapis()
    if "--check" in sys.argv[1:]:
        check()
    else:
        generate(APIS)
