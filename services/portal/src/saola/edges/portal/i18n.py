"""What the portal says: message ids are English, the catalogue is Vietnamese; both are complete."""

import gettext
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

Language = Literal["vi", "en"]
LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Words:
    """One language: `_("…", name=value)` and `ngettext("one", "many", n)`, in pages and in code."""

    language: Language
    _known: gettext.NullTranslations

    def _(self, text: str, **facts: object) -> str:
        said = self._known.gettext(text)
        return said % facts if facts else said

    def marked(self, text: str, **facts: object) -> Markup:
        """The same for texts with marks of their own; what the facts bring along is escaped."""
        return Markup(self._known.gettext(text)) % facts  # noqa: S704  # our own text

    def ngettext(self, one: str, many: str, n: int, **facts: object) -> str:
        return self._known.ngettext(one, many, n) % (facts | {"num": n})

    def either(self, vi: str, en: str) -> str:
        """What the data says in both languages; Vietnamese where it says nothing in English."""
        return (en if self.language == "en" else vi) or vi


@cache
def words(language: Language) -> Words:
    if language == "en":
        return Words("en", gettext.NullTranslations())
    with (LOCALE / "vi/LC_MESSAGES/portal.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words("vi", gettext.GNUTranslations(compiled))


def chosen(cookie: str, accepted: str) -> Language:
    """The language of a reader: what was chosen; else English where the browser prefers it."""
    if cookie in ("vi", "en"):
        return "en" if cookie == "en" else "vi"
    first = accepted.split(",", maxsplit=1)[0].strip().lower()
    return "en" if first.startswith("en") else "vi"


Say = Callable[..., str]
