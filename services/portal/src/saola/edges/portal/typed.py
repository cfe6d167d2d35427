"""A form as it was typed: what stands in it, and what is wrong with which field."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from babel.numbers import NumberFormatError, parse_decimal
from fastapi import Request

from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.kit.errors import DomainError
from saola.kit.numbers import plain
from saola.kit.status import Refused

# Whole đồng: groups of three behind one sign, or no groups at all.
WHOLE: Final = re.compile(r"-?(\d{1,3}([.,\u00a0 ])\d{3}(\2\d{3})*|\d+)")
WRITTEN: Final = re.compile(r"-?[0-9][0-9.,]*")  # no exponent, no infinity
LONGEST: Final = 15


@dataclass
class Typed:
    """`errors` by field; `trouble` for what is about none."""

    said: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""

    def of(self, key: str) -> str:
        return self.said.get(key, "")

    def texts(self, *keys: str) -> dict[str, Any]:
        """The fields of a message that are texts, or days."""
        return {
            key: formats.unslashed(self.of(key)) if key.endswith("day") else self.of(key).strip()
            for key in keys
        }

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.trouble)

    @property
    def status(self) -> int:
        return 422 if self.wrong else 200

    def amount(self, key: str, words: Words) -> int:
        """Whole đồng, as people write them in either language."""
        text = self.of(key).replace("−", "-").strip()
        found = WHOLE.fullmatch(text)
        digits = re.sub(r"[^\d-]", "", text)
        if not found or len(digits) > LONGEST + 2:
            self.errors[key] = words._("Write whole đồng, like 1.500.000.")
            return 0
        return int(digits)

    def decimal(self, key: str, words: Words) -> str:
        """A number as people write it in their language, as systems do."""
        text = self.of(key).replace("−", "-").strip()
        with suppress(NumberFormatError):
            if WRITTEN.fullmatch(text):
                return plain(parse_decimal(text, locale=words.language, strict=True))
        like = formats.number(Decimal("1234.5"), words.language)
        self.errors[key] = words._("Write a number like %(like)s.", like=like)
        return ""

    def number(self, key: str, words: Words) -> int:
        text = self.of(key).strip()
        if not text:
            return 0
        if not text.isdecimal() or len(text) > 4:
            self.errors[key] = words._("Write a whole number.")
            return 0
        return int(text)

    def day(self, key: str, words: Words, *, must: bool = True) -> str:
        """A day as systems write it; none where the field is empty and may be."""
        text = formats.unslashed(self.of(key))
        if not text and not must:
            return ""
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self.errors[key] = words._("Write a day like 31/12/2026.")
            return ""

    def term(self, words: Words, *, must: bool = False) -> tuple[str, str]:
        """From a day on, and before another if there is one."""
        first = self.day("valid_from", words)
        end = self.day("valid_to", words, must=must)
        if first and end and end <= first:
            self.errors["valid_to"] = words._("This day comes after the first.")
        return first, end

    def needed(self, key: str, words: Words) -> str:
        """A text that must be there."""
        if not self.of(key).strip():
            self.errors[key] = words._("Fill this in.")
        return self.of(key).strip()

    def refused(self, refusal: DomainError, words: Words) -> None:
        """Each flaw at its field; what is about no field of the form, above it."""
        for one in refusal.violations if isinstance(refusal, Refused) else ():
            self.errors.setdefault(_key(one.field), short(one.description))
        if key := _key(str(refusal.facts.get("field", ""))):
            self.errors.setdefault(key, short(refusal.text(words.language)))
        strange = [key for key in self.errors if key not in self.said]
        said = [self.errors.pop(key) for key in strange]
        if not self.errors:
            self.trouble = said[0] if said else refusal.text(words.language)


async def sent(request: Request) -> Typed:
    form = await request.form(max_files=0, max_fields=60)
    return Typed({key: value for key, value in form.items() if isinstance(value, str)})


def _key(place: str) -> str:
    """`entries[0].chapter` is about the field `chapter` of the form."""
    return place.rpartition(".")[2]


def short(text: str) -> str:
    """Without the name that the field has on the wire."""
    return re.sub(r" \((?:trường|field) [^)]*\)", "", text)
