"""Exceptions to a rule are counted, and their number only falls."""

import re

from tests.architecture import tree
from tests.architecture.test_sizes import LARGE
from tests.architecture.tree import HERE

COUNTS = HERE / "tests/architecture/exceptions.txt"
KINDS = {
    "noqa": r"# noqa",
    "type-ignore": r"# type: ignore",
    "unless": r"# unless [a-z-]+:",
    "skip": r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b",
    "cast": r"\bcast\([\"A-Z]",
}


def found() -> dict[str, int]:
    own = "tests/architecture/"
    texts = [
        (HERE / name).read_text()
        for name in tree.written(".py")
        if not name.as_posix().startswith(own)
    ]
    counts = {kind: sum(len(re.findall(it, one)) for one in texts) for kind, it in KINDS.items()}
    counts["ignore_imports"] = (HERE / "pyproject.toml").read_text().count(" -> ")
    counts["long-files"] = len(LARGE)
    return counts


def test_there_are_no_more_exceptions_than_there_were() -> None:
    written = (line.split() for line in COUNTS.read_text().splitlines() if line[:1] not in "#")
    allowed = {kind: int(number) for kind, number in written}
    counts = found()
    print("\n" + ", ".join(f"{kind} {number}" for kind, number in counts.items()))
    assert counts.keys() == allowed.keys()
    file = COUNTS.relative_to(HERE)
    fallen = [kind for kind in allowed if counts[kind] < allowed[kind]]
    print(f"Lower in {file}: {', '.join(fallen)}." if fallen else f"As in {file}.")
    tree.complain(
        f"{kind}: {counts[kind]} in the code, {allowed[kind]} in {file}. Do without the new one."
        for kind in allowed
        if counts[kind] > allowed[kind]
    )


def test_each_exception_says_why_on_its_line() -> None:
    bare = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore(\[[a-z-, ]+\])?)\s*$")
    tree.complain(
        f"{name}:{number} makes an exception; say why on the same line, after another #."
        for name in tree.sources()
        for number, line in enumerate((HERE / name).read_text().splitlines(), 1)
        if bare.search(line)
    )
