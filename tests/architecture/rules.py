"""Rules that a reader of the syntax tree can check: what, why, and how to be excused.

A line is excused by a comment on it: `# unless <rule>: <reason>`.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

EXCUSE = re.compile(r"# unless ([a-z-]+): \S+")
FACES = {"api": ("unit", "call"), "consumers": ("unit",), "jobs": ("call",), "workers": ("call",)}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
IDS = {"uuid4", "uuid.uuid4", "uuid1", "uuid.uuid1", "uuid7", "uuid.uuid7"}


@dataclass(frozen=True)
class Rule:
    """A rule of the house; `check` gives the lines that break it."""

    name: str
    why: str
    check: Callable[[PurePath, ast.Module], Iterator[int]]


def broken(file: PurePath, source: str) -> Iterator[str]:
    """A sentence for every line of `source` that breaks a rule and is not excused."""
    written, tree = source.splitlines(), ast.parse(source)
    for rule in RULES:
        for number in sorted(set(rule.check(file, tree))):
            if rule.name not in EXCUSE.findall(written[number - 1]):
                yield f"{file}:{number} breaks `{rule.name}`: {rule.why}"


def layer(file: PurePath) -> str:
    """Which of the thirteen names the file of a service has, cut by noun or not."""
    names = [*file.parent.parts, file.stem]
    if "services" not in names[1:] or "tests" in names or "migrations" in names:
        return ""
    inner = names[len(names) - names[::-1].index("services") + 1 :]
    return inner[0] if inner else ""


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call, by the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def transactions(file: PurePath, tree: ast.Module) -> Iterator[int]:
    if file.parts[:2] != ("libs", "kit") and "tests" not in file.parts and file.parts[0] != "tests":
        for name, call in calls(tree):
            if name.endswith((".commit", ".rollback")):
                yield call.lineno


def facts(file: PurePath, tree: ast.Module) -> Iterator[int]:
    if layer(file) not in ("", "usecases"):
        for name, call in calls(tree):
            if name.endswith(".emit"):
                yield call.lineno


def handlers(file: PurePath, tree: ast.Module) -> Iterator[int]:
    wanted = FACES.get(layer(file))
    for node in tree.body if wanted else ():
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_"):
            first = node.args.args[0].arg if node.args.args else ""
            if node.decorator_list and first not in (wanted or ()):
                yield node.lineno


def floats(file: PurePath, tree: ast.Module) -> Iterator[int]:
    if layer(file) in ("domain", "formats", "models", "usecases", "queries"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in ("float", "Float", "Double"):
                yield node.lineno


def clocks(file: PurePath, tree: ast.Module) -> Iterator[int]:
    if layer(file):
        for name, call in calls(tree):
            if name in CLOCKS or (layer(file) == "domain" and name in IDS):
                yield call.lineno


RULES = (
    Rule("one-transaction", "the kit begins and commits, nobody else.", transactions),
    Rule("emit-in-usecases", "who emits decides, and a use case decides.", facts),
    Rule("unit-or-call", "what the kit calls takes `unit` first; a stream, `call`.", handlers),
    Rule("no-float", "money, counts and figures are int or Decimal; a float loses them.", floats),
    Rule("time-comes-in", "take time and ids from unit.now, call.now or an argument.", clocks),
)
