"""What must never stand in the tree: addresses of registries, places, secrets, foreign code."""

import re
import tomllib

from tests.architecture import tree
from tests.architecture.tree import HERE

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|npmjs\.(com|org)|repo1?\.maven|"
    r"\b(docker|ghcr|gcr|quay)\.io\b|registry\.k8s|mcr\.microsoft|"
    r"(extra-)?index-url\s*=|--(extra-)?index-url|"
    r"(unpkg|jsdelivr|cdnjs)\."
)
PLACE = re.compile(r"(?<![\w.$}])/(home|Users)/[a-z]\w*/|(?<![\w.$}])/root/|\b[A-Z]:\\\\?Users\b")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{16,}\.eyJ|\bAKIA[0-9A-Z]{16}\b|\bgh[ps]_\w{20,}|"
    r"\bglpat-[\w-]{16,}"
)
FOREIGN = re.compile(r"(^|/)(vendor|vendored|third_party|node_modules)/|\.min\.\w+$")
LOCKS = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "yarn.lock", "Chart.lock"}
SPDX = "SPDX-License-Identifier: Apache-2.0"
OWN = "tests/architecture/test_contents.py"


def texts() -> list[tuple[str, str]]:
    found = ((name.as_posix(), tree.text(name)) for name in tree.files())
    return [(name, text) for name, text in found if text is not None and name != OWN]


def test_no_file_names_a_registry() -> None:
    tree.complain(
        f"{name} names {it[0]!r}: registries are values and arguments, never written down."
        for name, text in texts()
        if (it := REGISTRY.search(text))
    )


def test_no_file_names_a_place_on_a_machine() -> None:
    tree.complain(
        f"{name} names {it[0]!r}: take the place from an argument or a setting."
        for name, text in texts()
        if (it := PLACE.search(text) or re.search(re.escape(str(HERE)) + r"\b", text))
    )


def test_no_file_holds_a_secret() -> None:
    tree.complain(
        f"{name} holds what looks like a secret: make it when it is needed, and renew this one."
        for name, text in texts()
        if SECRET.search(text)
    )


def test_no_code_of_others_and_no_lock_with_addresses_is_here() -> None:
    tree.complain(
        f"{name} is not ours: it is installed at set-up, or by requirements.lock."
        for name in map(str, tree.files())
        if FOREIGN.search(name) or name.rpartition("/")[2] in LOCKS
    )


def test_nothing_is_minified() -> None:
    tree.complain(
        f"{name} has a line of {longest} letters: keep what was written, not what was built."
        for name, text in texts()
        if name.endswith((".js", ".css", ".html", ".svg", ".py"))
        and not name.startswith(tree.GENERATED)
        and (longest := max(map(len, text.splitlines()), default=0)) > 2000
    )


def test_the_lock_pins_with_hashes_and_without_addresses() -> None:
    pins = (HERE / "requirements.lock").read_text().replace("\\\n", " ").splitlines()
    tree.complain(
        f"requirements.lock: {pin.split()[0]!r} has no hash; run `make lock`."
        for pin in pins
        if pin and not pin.startswith("#") and "--hash=sha256:" not in pin
    )


def test_the_licence_is_named_where_files_travel_alone() -> None:
    travels = [*tree.written(".proto", ".tpl"), *tree.written("Chart.yaml", "values.yaml")]
    travels += tree.written(".Dockerfile", "skaffold.yaml")
    tree.complain(
        f"{name} does not begin with `{SPDX}`: say so in a comment on its first line."
        for name in travels
        if SPDX not in (HERE / name).read_text().partition("\n")[0]
    )


def test_every_package_says_its_licence() -> None:
    tree.complain(
        f'{name}: write `license = "Apache-2.0"` under [project].'
        for name in tree.written("pyproject.toml")
        if tomllib.loads((HERE / name).read_text())["project"].get("license") != "Apache-2.0"
    )
