"""Write what can be found: schemas and tables of the charts, skaffold.yaml, docs. `make sync`.

With --check nothing is written; what would change is named, and the exit code is 1.
"""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from tools import catalogue, render, values

HERE = Path(__file__).parent.parent
SPDX = "# SPDX-License-Identifier: Apache-2.0\n"
WRITTEN = "# Written by `make sync`; do not edit.\n"
EXAMPLES = ("values-small.yaml", "values-ha.yaml")


def site() -> str:
    """The Chart.yaml of the site: it pins every chart there is."""
    told = yaml.safe_load((HERE / "charts/saola/Chart.yaml").read_text())
    found = []
    for chart in render.charts()[:-1]:
        own = yaml.safe_load((chart / "Chart.yaml").read_text())
        place = "../" + chart.relative_to(HERE / "charts").as_posix()
        pin = {"name": own["name"], "version": own["version"], "repository": f"file://{place}"}
        found.append(pin | {"condition": f"{own['name']}.enabled"})
    lib = [it for it in told["dependencies"] if it["name"] == "saola-lib"]
    told["dependencies"] = lib + sorted(found, key=lambda it: it["name"])
    return SPDX + WRITTEN + yaml.safe_dump(told, sort_keys=False, width=120)


def skaffold() -> str:
    """Every image, and the site that they make up."""
    names = [*(file.parent.name for file in HERE.glob("services/*/pyproject.toml")), "deploy"]
    artifacts = [
        {
            "image": name,
            "docker": {"dockerfile": "docker/service.Dockerfile", "buildArgs": {"SERVICE": name}},
        }
        for name in sorted(names)
    ]
    release = {
        "name": "saola",
        "chartPath": "charts/saola",
        "valuesFiles": ["charts/saola/values-small.yaml"],
        "setValueTemplates": {
            f"{name}.tag": f"{{{{.IMAGE_TAG_{name}}}}}" for name in sorted(names)
        },
    }
    release["setValueTemplates"]["realm.tag"] = release["setValueTemplates"].pop("deploy.tag")
    told = {
        "apiVersion": "skaffold/v4beta13",
        "kind": "Config",
        "metadata": {"name": "saola"},
        "build": {"artifacts": artifacts},
        "deploy": {"helm": {"releases": [release]}},
    }
    return SPDX + WRITTEN + yaml.safe_dump(told, sort_keys=False, width=120)


def readme(chart: Path) -> str:
    told = yaml.safe_load((chart / "Chart.yaml").read_text())
    parts = [f"# {told['name']}", told["description"]]
    shared = chart.name != "saola"
    if shared:
        parts.append(
            "`global` is said once for the site: see [charts/saola]"
            f"({'../' * len(chart.relative_to(HERE / 'charts').parts)}saola/README.md)."
        )
    own = chart / "README.head.md"
    if own.exists():
        parts.append(own.read_text().strip())
    parts.append(values.table(chart, but=("global",) if shared else ()))
    return "<!-- Written by `make sync`; do not edit. -->\n" + "\n\n".join(parts)


def everything() -> Iterator[tuple[Path, str]]:
    yield HERE / "charts/saola/Chart.yaml", site()
    for chart in render.charts():
        yield chart / "values.schema.json", values.schema(chart)
        yield chart / "README.md", readme(chart)
    yield HERE / "skaffold.yaml", skaffold()
    yield HERE / "docs/events.md", catalogue.events()
    yield HERE / "docs/services.md", catalogue.services()


def examples(charts: Path) -> Iterator[tuple[Path, str]]:
    """What the examples give, by a complete copy of the charts."""
    for name in EXAMPLES:
        place = HERE / "charts/saola/rendered" / name.removeprefix("values-")
        yield place, render.example(charts / "saola", HERE / "charts/saola" / name)


def differing(found: Iterable[tuple[Path, str]], *, write: bool = False) -> list[str]:
    """The names of the files that are not as they should be; they are then, if they are written."""
    wrong = []
    for file, text in found:
        if not file.exists() or file.read_text() != text:
            wrong.append(str(file.relative_to(HERE)))
            if write:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
    return wrong


def main() -> None:
    check = "--check" in sys.argv[1:]
    wrong = differing(everything(), write=not check)
    if not (check and wrong):
        with tempfile.TemporaryDirectory() as folder:
            wrong += differing(examples(render.complete(Path(folder))), write=not check)
    for name in wrong:
        print(("differs: " if check else "wrote ") + name)
    if check and wrong:
        sys.exit("Not as it is found; run `make sync`.")


if __name__ == "__main__":
    main()
