"""A reader guesses the file before opening it."""

import ast
import tomllib

import pytest

from tests.architecture import tree
from tests.architecture.tree import HERE, Part

LAYERS = ("domain", "models", "usecases", "queries", "api")
FACES = LAYERS[1:]  # domain has more words than the API has nouns
NAMES = {*LAYERS, "formats", "peers", "web", "consumers", "jobs", "workers", "settings", "app"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "base", "lib", "core", "tools"}
every_part = pytest.mark.parametrize("part", tree.parts(), ids=lambda part: part.name)
every_service = pytest.mark.parametrize("part", tree.services(), ids=lambda part: part.name)


@every_part
def test_it_has_all_that_belongs_to_a_service(part: Part) -> None:
    wanted = {
        part.folder / "README.md": "say in it what the service owns",
        part.folder / "CHANGELOG.md": "say in it what changed",
        part.folder / "tests/__init__.py": "its tests stand there",
        part.source / "py.typed": "its types are complete",
        HERE / "charts" / part.name / "Chart.yaml": "copy that of another and run `make sync`",
        HERE / "charts" / part.name / "values.yaml": "say in it who calls the service",
    }
    if part.kind == "services":
        wanted[HERE / "protos/saola/apis" / part.name / "v1"] = "its contract comes first"
        wanted[part.source / "migrations"] = "`saola migrate` looks there"
    missing = ((file.relative_to(HERE), why) for file, why in wanted.items() if not file.exists())
    tree.complain(f"{file} is missing: {why}." for file, why in missing)


@every_part
def test_its_name_is_the_same_everywhere(part: Part) -> None:
    project = tomllib.loads((part.folder / "pyproject.toml").read_text())
    module = f"saola.{part.kind}.{part.name}"
    given = {
        "the name of the project": (project["project"]["name"], f"saola-{part.name}"),
        "the licence": (project["project"]["license"], "Apache-2.0"),
        "the entry point in saola.apps": (
            project["project"]["entry-points"]["saola.apps"],
            {part.name: f"{module}.app:app"},
        ),
        "the module of the wheel": (project["tool"]["uv"]["build-backend"]["module-name"], module),
    }
    file = part.folder.relative_to(HERE) / "pyproject.toml"
    tree.complain(
        f"{file}: {what} is {found!r}; make it {wanted!r}."
        for what, (found, wanted) in given.items()
        if found != wanted
    )


@every_service
def test_it_has_no_files_of_other_names(part: Part) -> None:
    found = {entry.stem for entry in part.source.iterdir() if not entry.name.startswith("__")}
    tree.complain(
        f"{part.name} has {name!r}: a service knows only {', '.join(sorted(NAMES))}, migrations."
        for name in found - NAMES - {"migrations", "py"}
    )


@every_service
def test_one_cut_by_noun_has_the_same_nouns_in_every_layer(part: Part) -> None:
    cut = {
        layer: {file.stem for file in (part.source / layer).glob("*.py")} - {"__init__"}
        for layer in LAYERS
        if (part.source / layer).is_dir()
    }
    whole = {layer for layer in LAYERS if (part.source / f"{layer}.py").exists()}
    protos = HERE.glob(f"protos/saola/apis/{part.name}/v1/*.proto")
    nouns = {proto.stem for proto in protos} - {"events", "reasons"}
    problems = [
        f"{part.name}/{layer}.py: the service is cut by noun, so cut this layer too."
        for layer in (whole if cut else ())
    ]
    for layer in cut.keys() & set(FACES):
        problems += [
            f"{part.name}/{layer}/{noun}.py: no proto of the service is called {noun}.proto; "
            f"its nouns are {', '.join(sorted(nouns))}."
            for noun in cut[layer] - nouns
        ]
    tree.complain(problems)


def test_no_module_is_a_drawer() -> None:
    tree.complain(
        f"{name} is called after nothing: name it by what it holds."
        for name in tree.written(".py")
        if DRAWERS & {name.stem, *name.parts[1:-1]} - {"tools"}
    )


def test_every_module_opens_with_a_sentence_that_says_what_it_is() -> None:
    problems = []
    for name in tree.sources():
        said = ast.get_docstring(ast.parse((HERE / name).read_text())) or ""
        if not said.split("\n\n")[0].rstrip().endswith((".", "!", "?")):
            problems.append(f"{name}: open it with one sentence that says what it is.")
    tree.complain(problems)
