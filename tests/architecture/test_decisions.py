"""Decisions are numbered one after another, and say their number as their file does."""

from tests.architecture import tree
from tests.architecture.tree import HERE

FOLDER = HERE / "docs/decisions"


def test_numbers_of_decisions_follow_each_other_and_none_comes_twice() -> None:
    found = sorted(file.name for file in FOLDER.glob("[0-9]*.md"))
    tree.complain(
        f"docs/decisions/{name}: its number should be {number:04}; each number stands once."
        for number, name in enumerate(found, 1)
        if not name.startswith(f"{number:04}-")
    )


def test_a_decision_begins_with_its_number_its_title_and_its_state() -> None:
    for file in FOLDER.glob("[0-9]*.md"):
        title, _, state, *_ = file.read_text().splitlines()
        assert title.startswith(f"# {file.name[:4]} "), f"{file.name}: begin `# NNNN Title`."
        assert state.startswith(("Accepted", "Replaced by ")), f"{file.name}: say its state."


def test_a_decision_that_is_cited_is_there() -> None:
    known = {file.name[:4] for file in FOLDER.glob("[0-9]*.md")}
    tree.complain(
        f"{name} cites a decision that is not there: {word}."
        for name in tree.written(".py", ".md", ".proto", ".yaml", ".toml")
        for word in tree.cited(name)
        if word not in known
    )
