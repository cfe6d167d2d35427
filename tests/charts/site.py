"""A site as it would be installed, and what can be asked of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from tools import render

from tests.architecture.tree import HERE

Object = dict[str, Any]
EXAMPLES = ("values-small.yaml", "values-ha.yaml")
_place = TemporaryDirectory(prefix="saola-charts-")


@cache
def charts() -> Path:
    """A copy of the charts in which each has what it depends on."""
    return render.complete(Path(_place.name))


@cache
def example(name: str) -> tuple[Object, ...]:
    values = yaml.safe_load((HERE / "charts/saola" / name).read_text())
    return tuple(render.rendered(charts() / "saola", values))


def small(**changed: Any) -> list[Object]:
    """The small site with other values."""
    values = yaml.safe_load((HERE / "charts/saola/values-small.yaml").read_text())
    for key, value in changed.items():
        values[key] = values.get(key, {}) | value
    return render.rendered(charts() / "saola", values)


def of(objects: tuple[Object, ...] | list[Object], kind: str) -> dict[str, Object]:
    return {it["metadata"]["name"]: it for it in objects if it["kind"] == kind}


def pods(objects: tuple[Object, ...] | list[Object]) -> Iterator[tuple[str, Object, Object]]:
    """The name, the metadata and the spec of the pods that an object would start."""
    for it in objects:
        if it["kind"] in ("Deployment", "StatefulSet", "Job"):
            template = it["spec"]["template"]
            yield it["metadata"]["name"], template["metadata"], template["spec"]


def containers(spec: Object) -> list[Object]:
    found: list[Object] = spec.get("initContainers", []) + spec["containers"]
    return found
