"""A small service of the tests. Its messages are made here, before anything imports them."""

import atexit
import tempfile
from importlib.resources import files
from pathlib import Path

import google.api
import grpc_tools
from grpc_tools import protoc

import saola.apis

HERE = Path(__file__).parent
PROTOS = HERE.parents[3] / "protos"
GOOGLE = Path(next(iter(google.api.__path__))).parents[1]


def _generate() -> None:
    folder = tempfile.TemporaryDirectory(prefix="saola-notes-")
    atexit.register(folder.cleanup)
    proto = Path(folder.name) / "saola/apis/notes/v1/notes.proto"
    proto.parent.mkdir(parents=True)
    proto.write_text((HERE / "notes.proto").read_text())
    paths = (folder.name, PROTOS, GOOGLE, files(grpc_tools) / "_proto")
    options = [*(f"-I{path}" for path in paths), *(f"--{kind}_out={folder.name}" for kind in KINDS)]
    if protoc.main(["protoc", *options, str(proto)]):
        raise RuntimeError("notes.proto does not compile.")
    saola.apis.__path__.append(str(Path(folder.name) / "saola/apis"))


KINDS = ("python", "grpc_python")
_generate()
