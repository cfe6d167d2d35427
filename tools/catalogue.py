"""Who offers what, and who follows whom: read from the services as they are."""

from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor

from saola.kit.app import App

HERE = Path(__file__).parent.parent
PROTOS = HERE / "protos"
HEAD = "<!-- Written by `make sync`; do not edit. -->\n"


def apps() -> dict[str, App]:
    """Every service and edge that stands in services/."""
    standing = {file.parent.name for file in HERE.glob("services/*/pyproject.toml")}
    found = entry_points(group="saola.apps")
    return {
        it.name: it.load() for it in sorted(found, key=lambda it: it.name) if it.name in standing
    }


def descriptor(proto: Path) -> FileDescriptor:
    name = ".".join(proto.relative_to(PROTOS).with_suffix("").parts)
    found: FileDescriptor = import_module(f"{name}_pb2").DESCRIPTOR
    return found


def published() -> dict[str, str]:
    """The full name of every event, and which service publishes it."""
    return {
        message.full_name: proto.parts[-3]
        for proto in sorted(PROTOS.glob("saola/apis/*/v*/events.proto"))
        for message in descriptor(proto).message_types_by_name.values()
    }


def followed() -> dict[str, list[str]]:
    """The full name of every event that is followed, and by whom."""
    found: dict[str, list[str]] = {}
    for name, app in apps().items():
        for event in app.consumers.handlers if app.consumers else ():
            found.setdefault(event, []).append(name)
    return found


def sentence(proto: Path, name: str) -> str:
    """The first sentence of the comment over a message or service."""
    above: list[str] = []
    for line in proto.read_text().splitlines():
        if line.split()[:2] in (["message", name], ["service", name]):
            return " ".join(above).split(". ")[0].rstrip(".") + "."
        above = [*above, line.lstrip("/ ")] if line.startswith("//") else []
    return ""


def events() -> str:
    lines = [
        HEAD + "# Events",
        "",
        "Facts, in the past tense. The subject on the broker is the full name of the message.",
        "",
        "| published by | event | followed by | what happened |",
        "|---|---|---|---|",
    ]
    for event, owner in published().items():
        _, _, _, version, name = event.split(".")
        said = sentence(PROTOS / f"saola/apis/{owner}/{version}/events.proto", name)
        who = ", ".join(followed().get(event, [])) or "–"
        lines.append(f"| {owner} | `{event}` | {who} | {said} |")
    return "\n".join(lines) + "\n"


def services() -> str:
    lines = [HEAD + "# Services", ""]
    for name, app in apps().items():
        kind = "service" if app.tables is not None or app.apis else "edge"
        lines += [f"## {name} ({kind})", ""]
        for proto in sorted(PROTOS.glob(f"saola/apis/{name}/v*/*.proto")):
            for service in descriptor(proto).services_by_name.values():
                rpcs = ", ".join(f"`{rpc.name}`" for rpc in service.methods)
                said = sentence(proto, service.name)
                lines += [f"- `{service.full_name}`: {said} {rpcs}"]
        if lines[-1] != "":
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"
