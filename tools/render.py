"""Charts as Helm itself renders them, from a copy in which each has what it depends on."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import helm_python as helm
import yaml

HERE = Path(__file__).parent.parent


def charts() -> list[Path]:
    """Every chart that can be installed, the site last."""
    found = [file.parent for file in HERE.glob("charts/*/Chart.yaml")]
    found += [file.parent for file in HERE.glob("charts/parts/*/Chart.yaml")]
    inner = [chart for chart in found if chart.name not in ("lib", "saola")]
    return [*sorted(inner), HERE / "charts/saola"]


def complete(folder: Path) -> Path:
    """A copy of charts/ in `folder`, its dependencies in place, from the inside out."""
    copied = folder / "charts"
    shutil.copytree(HERE / "charts", copied, ignore=shutil.ignore_patterns("charts", "*.lock"))
    for chart in charts():
        helm.dependency_update(str(copied / chart.relative_to(HERE / "charts")))
    return copied


def rendered(chart: Path, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects of a chart. It is loaded anew: rendering changes what was loaded."""
    files = helm.Chart.load(str(chart)).render(dict(values), name="any", namespace="site")
    texts = [text for name, text in sorted(files.items()) if not name.endswith("NOTES.txt")]
    return [found for text in texts for found in yaml.safe_load_all(text) if found]


def example(chart: Path, values: Path) -> str:
    """All objects that an example gives, by kind and name, to be committed and compared."""
    objects = rendered(chart, yaml.safe_load(values.read_text()))
    objects.sort(key=lambda it: (it["kind"], it["metadata"]["name"]))
    head = f"# What charts/saola/{values.name} gives. Written by `make sync`; do not edit.\n"
    return head + yaml.dump_all(objects, Dumper=Readable, allow_unicode=True, width=100)


class Readable(yaml.SafeDumper):
    """Texts of several lines as they were written."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Readable.add_representer(str, _text)
