"""Both languages are complete: what a page says in English it says in Vietnamese."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from saola.edges.portal import i18n

HERE = Path(i18n.__file__).parent
KEYWORDS = {"_": None, "marked": None, "ngettext": (1, 2)}
Id = str | tuple[str, ...]


def said() -> Iterator[Id]:
    """Every message id of code and templates."""
    for file in HERE.rglob("*.py"):
        with file.open("rb") as code:
            yield from (message for _, message, *_ in extract("python", code, KEYWORDS))
    for file in HERE.rglob("*.html"):
        with file.open("rb") as page:
            for _, function, message, _ in babel_extract(page, ("_", "ngettext"), [], {}):
                parts = (message,) if isinstance(message, str) else message
                texts = tuple(part for part in parts if isinstance(part, str))
                yield texts[:2] if function == "ngettext" else texts[0]


def known() -> Catalog:
    with (i18n.LOCALE / "vi/LC_MESSAGES/portal.po").open("rb") as file:
        return read_po(file, locale="vi")


def first(id: object) -> str:
    return str(id[0] if isinstance(id, tuple | list) else id)


def test_everything_is_said_in_vietnamese_and_nothing_is_left_over() -> None:
    there = {first(message.id) for message in known() if message.id}
    assert there == {first(id) for id in said()}


def test_no_entry_is_empty_or_uncertain() -> None:
    for message in known():
        if message.id:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(texts), message.id
            assert not message.fuzzy, message.id


def test_the_facts_of_an_entry_are_the_same_in_both_languages() -> None:
    facts = re.compile(r"%\(\w+\)s|%%|\{\w+\}|</?\w+>")
    for message in known():
        if message.id:
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            for text in texts:
                assert set(facts.findall(text)) == set(facts.findall(first(message.id))), text


def test_what_is_plural_in_the_pages_is_plural_in_the_catalogue() -> None:
    plural = {id[0] for id in said() if isinstance(id, tuple)}
    assert plural == {message.id[0] for message in known() if message.pluralizable}


def test_the_language_is_the_chosen_one_or_the_browsers_and_else_vietnamese() -> None:
    assert i18n.chosen("en", "vi") == "en"
    assert i18n.chosen("", "en-GB,en;q=0.9") == "en"
    assert i18n.chosen("", "fr") == "vi"
    assert i18n.chosen("<x>", "") == "vi"


def test_facts_are_escaped_where_a_text_has_marks_of_its_own() -> None:
    said = i18n.words("en").marked("<b>%(c)s</b> are overdue since %(t)s.", c="<i>", t="17:00")
    assert str(said) == "<b>&lt;i&gt;</b> are overdue since 17:00."
