"""How the pages of the budget write days, money and codes, and whether their reader may write."""

from decimal import Decimal
from typing import Any, Final

from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.budget import words as names
from saola.edges.portal.readers import Reader

MILLION: Final = Decimal(1_000_000)


def millions(amount: int, words: Words) -> str:
    """Whole đồng as millions: what one reads in a table."""
    return formats.number(formats.trimmed(Decimal(amount) / MILLION, 1), words.language)


def spoken(amount: int, words: Words) -> tuple[str, str]:
    """The same at a glance, with the unit that keeps it readable."""
    return formats.spoken(f"{Decimal(amount) / MILLION:f}", "triệu đồng", words.language)


def percent(share: Decimal | None, words: Words) -> str:
    if share is None:
        return "–"
    return f"{formats.number(formats.trimmed(share, 1), words.language)} %"


def of_projects(reader: Reader) -> dict[str, Any]:
    words = reader.words
    return {
        "slashed": formats.slashed,
        "writing": "reporter" in reader.roles,
        "millions": lambda amount: millions(amount, words),
        "percent": lambda share: percent(share, words),
    }


def of_entries(reader: Reader) -> dict[str, Any]:
    return {
        "flows": names.flows(reader.words),
        "levels": names.levels(reader.words),
        "columns": names.columns(reader.words),
        "slashed": formats.slashed,
        "writing": "reporter" in reader.roles,
    }
