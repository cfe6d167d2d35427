"""The values of a chart with what their comments say of them, as a schema and as a table."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent.parent
LIB = HERE / "charts/lib/values.yaml"
KEY = re.compile(r"^( *)([\w-]+):")
FREE = {"resources"}  # what Kubernetes itself describes
Path_ = tuple[str, ...]


@dataclass
class Values:
    """Defaults, and what is said of each."""

    tree: dict[str, Any] = field(default_factory=dict)
    said: dict[Path_, str] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path, *under: str) -> "Values":
        tree = yaml.safe_load(file.read_text()) or {}
        for key in under:
            tree = tree[key]
        depth = len(under)
        said = {path[depth:]: it for path, it in comments(file) if path[:depth] == under}
        return cls(tree, said)

    def over(self, other: "Values") -> "Values":
        """These values where there are any, else those of `other`."""
        return Values(merged(other.tree, self.tree), other.said | self.said)


def comments(file: Path) -> Iterator[tuple[Path_, str]]:
    """For each key, the comment on the lines above it."""
    path: list[tuple[int, str]] = []
    above: list[str] = []
    for line in file.read_text().splitlines():
        if line.lstrip().startswith("#"):
            above.append(line.lstrip("# ").rstrip())
        elif key := KEY.match(line):
            path = [step for step in path if step[0] < len(key[1])] + [(len(key[1]), key[2])]
            if above:
                yield tuple(name for _, name in path), " ".join(above)
            above = []
        else:
            above = []


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = (
            merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return both


def of(chart: Path) -> Values:
    """Everything that may be said of a chart: its own values over those of the library."""
    own, told = (
        Values.read(chart / "values.yaml"),
        yaml.safe_load((chart / "Chart.yaml").read_text()),
    )
    for dependency in told.get("dependencies", ()):
        for export in dependency.get("import-values", ()):
            own = own.over(Values.read(LIB, "exports", export).over(_shared()))
    return own


def _shared() -> Values:
    """What is said of `global`, which stands once in the library and is an alias elsewhere."""
    shared = Values.read(LIB, "exports", "site")
    return Values({}, shared.said)


def schema(chart: Path) -> str:
    """The values.schema.json: whatever is not there by default is refused."""
    told = yaml.safe_load((chart / "Chart.yaml").read_text())
    values = of(chart)
    body = _object(values, ())
    for dependency in told.get("dependencies", ()):
        body["properties"].setdefault(dependency["name"], {"type": "object"})
    if chart.name != "saola":
        body["properties"]["enabled"] = {"type": "boolean", "description": "Whether it is there."}
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": told["name"]}
    return json.dumps(head | body, indent=2, ensure_ascii=False) + "\n"


def _object(values: Values, at: Path_) -> dict[str, Any]:
    tree = values.tree
    for key in at:
        tree = tree[key]
    properties = {key: _one(values, (*at, key), value) for key, value in tree.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _one(values: Values, at: Path_, value: Any) -> dict[str, Any]:
    said = {"description": values.said[at]} if at in values.said else {}
    match value:
        case bool():
            return {"type": "boolean", **said}
        case int():
            return {"type": "integer", "minimum": 0, **said}
        case str():
            return {"type": "string", **said}
        case list():
            kinds = {type(one) for one in value}
            items = {"items": {"type": "string"}} if kinds == {str} else {}
            return {"type": "array", **items, **said}
        case dict() if at[-1] not in FREE and (value or at[-1] == "settings"):
            return {**_object(values, at), **said}
        case dict():
            return {"type": "object", **said}
    raise TypeError(f"{'.'.join(at)}: give it a default; {value!r} says nothing of its type.")


def table(chart: Path, *, but: tuple[str, ...] = ()) -> str:
    """A Markdown table of every value, its default and its meaning."""
    values = of(chart)
    lines = ["| value | default | meaning |", "|---|---|---|"]
    for at, value in _leaves(values.tree, ()):
        if at[0] not in but:
            meaning = values.said.get(at) or values.said.get(at[:-1], "")
            lines.append(
                f"| `{'.'.join(at)}` | `{json.dumps(value, ensure_ascii=False)}` | {meaning} |"
            )
    return "\n".join(lines) + "\n"


def _leaves(tree: Mapping[str, Any], at: Path_) -> Iterator[tuple[Path_, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict) and value and key not in FREE:
            yield from _leaves(value, (*at, key))
        else:
            yield (*at, key), value


def unsaid(chart: Path) -> list[str]:
    """The values that no comment explains."""
    values = of(chart)
    leaves = (at for at, _ in _leaves(values.tree, ()))
    return [".".join(at) for at in leaves if not {at, at[:-1]} & values.said.keys()]
