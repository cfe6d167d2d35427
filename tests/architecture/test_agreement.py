"""Code, protos, charts and generated documents say the same."""

import inspect
import re
import tomllib
from importlib import import_module
from pkgutil import iter_modules
from string import Formatter
from types import ModuleType

import pytest
import yaml
from tools import catalogue, sync, values

from saola.kit import errors
from saola.kit.app import App
from saola.kit.errors import DomainError
from saola.options.v1 import reasons_pb2
from tests.architecture import tree
from tests.architecture.tree import HERE
from tests.charts import site

APPS = catalogue.apps()
every_app = pytest.mark.parametrize("app", APPS.values(), ids=APPS)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


@every_app
def test_settings_in_a_chart_are_fields_of_the_settings(app: App) -> None:
    said = values.of(HERE / "charts" / app.name).tree["settings"]
    tree.complain(
        f"charts/{app.name}/values.yaml: no field of {app.settings.__name__} is called "
        f"{snake(key)!r}; there are {', '.join(sorted(app.settings.model_fields))}."
        for key in said
        if snake(key) not in app.settings.model_fields
    )


@every_app
def test_versions_agree(app: App) -> None:
    project = tomllib.loads((HERE / "services" / app.name / "pyproject.toml").read_text())
    chart = yaml.safe_load((HERE / "charts" / app.name / "Chart.yaml").read_text())
    site = yaml.safe_load((HERE / "charts/saola/Chart.yaml").read_text())
    pinned = {it["name"]: it["version"] for it in site["dependencies"]}
    wanted = project["project"]["version"]
    found = {
        "version in its Chart.yaml": chart["version"],
        "appVersion in its Chart.yaml": str(chart["appVersion"]),
        "version in charts/saola/Chart.yaml": pinned.get(app.name),
    }
    tree.complain(
        f"{app.name}: {where} is {it}, and in its pyproject.toml {wanted}; `make release` sets all."
        for where, it in found.items()
        if it != wanted
    )


def test_skaffold_builds_an_image_for_every_service() -> None:
    told = yaml.safe_load((HERE / "skaffold.yaml").read_text())
    images = {it["image"] for it in told["build"]["artifacts"]}
    assert images == {*APPS, "deploy"}, "Run `make sync`."


def test_what_can_be_found_is_as_make_sync_would_write_it() -> None:
    written = [*sync.everything(), *sync.examples(site.charts())]
    tree.complain(f"{it} is not as it is found; run `make sync`." for it in sync.differing(written))


@pytest.mark.parametrize("chart", sorted(HERE.glob("charts/**/values.yaml")), ids=str)
def test_every_value_of_a_chart_is_explained(chart: tree.Path) -> None:
    if chart.parent.name != "lib":
        tree.complain(
            f"{chart.relative_to(HERE)}: say in a comment over it what {it} means."
            for it in values.unsaid(chart.parent)
        )


def test_a_followed_event_is_published_by_its_owner() -> None:
    published = catalogue.published()
    problems = []
    for event, followers in catalogue.followed().items():
        who, name = ", ".join(followers), event.rpartition(".")[2]
        if event not in published:
            problems.append(f"{who} follows {event}: no events.proto has it.")
        elif not emitted(published[event], name):
            problems.append(f"{who} follows {event}: {published[event]} never emits it.")
    tree.complain(problems)


def test_a_published_event_is_emitted() -> None:
    tree.complain(
        f"{event}: no use case of {owner} emits it; emit it, or take it out of the proto."
        for event, owner in catalogue.published().items()
        if not emitted(owner, event.rpartition(".")[2])
    )


def emitted(owner: str, name: str) -> bool:
    """Whether a use case of `owner` makes such an event."""
    files = HERE.glob(f"services/{owner}/src/saola/services/{owner}/usecases*/**/*.py")
    sources = [file.read_text() for file in files]
    sources += [
        file.read_text()
        for file in HERE.glob(f"services/{owner}/src/saola/services/{owner}/usecases.py")
    ]
    return any(re.search(rf"\b{name}\b", source) and "emit(" in source for source in sources)


def modules(package: str) -> list[ModuleType]:
    """A package and what is in it."""
    first = import_module(package)
    inner = [it.name for it in iter_modules(getattr(first, "__path__", []))]
    return [first, *(import_module(f"{package}.{name}") for name in inner)]


def refusals(found: list[ModuleType]) -> dict[str, type[DomainError]]:
    return {
        kind.__name__: kind
        for module in found
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, DomainError)
        and kind is not DomainError
        and kind.__module__ == module.__name__
    }


def said_in(kind: type[DomainError]) -> tuple[set[str], set[str]]:
    """The facts that its two sentences name."""
    vi, en = (
        {name for _, name, *_ in Formatter().parse(text) if name} for text in (kind.vi, kind.en)
    )
    return vi, en


def reason(kind: type[DomainError]) -> str:
    return "REASON_" + snake(kind.__name__).upper()


OWNERS = {"saola.kit": ([errors], reasons_pb2.Reason)} | {
    app.name: (
        [module for module in modules(app.package) for module in modules(module.__name__)],
        import_module(f"saola.apis.{app.name}.v1.reasons_pb2").Reason,
    )
    for app in APPS.values()
    if app.tables is not None
}


@pytest.mark.parametrize("owner", OWNERS)
def test_every_refusal_is_in_its_proto_and_can_be_said_in_both_languages(owner: str) -> None:
    found, listed = OWNERS[owner]
    kinds = refusals(found)
    names = {reason(kind): kind for kind in kinds.values()}
    problems = [
        f"{kind.__module__}.{kind.__name__}: add {it} to the reasons.proto of {owner}."
        for it, kind in names.items()
        if it not in listed.keys()  # noqa: SIM118  # an enum of protobuf is no mapping
    ]
    problems += [
        f"{it} is in the reasons.proto of {owner}, but no refusal is called so."
        for it in set(listed.keys()) - names.keys() - {"REASON_UNSPECIFIED"}
    ]
    for kind in kinds.values():
        vi, en = said_in(kind)
        if vi != en:
            problems.append(f"{kind.__name__}: vi names {sorted(vi)} and en {sorted(en)}.")
        elif kind.vi == kind.en:
            problems.append(f"{kind.__name__}: its two sentences are the same.")
    tree.complain(problems)
