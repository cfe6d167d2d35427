"""The table in plain text of a form, drawn up for a period, with what is known so far."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Final

from saola.periods.periods import Period
from saola.services.warehouse.domain.forms import Item, ValueType
from saola.services.warehouse.domain.lists import spoken_period
from saola.services.warehouse.domain.values import Judged, Status
from saola.services.warehouse.domain.workbooks import status_word
from saola.services.warehouse.formats.forms import ANSWERS, HEADS, Template
from saola.services.warehouse.formats.lists import LIST_HEADS
from saola.sheets.cells import shown
from saola.sheets.texts import MARK

DELIMITERS: Final = {"vi": ";", "en": ","}  # a comma splits off decimals in Vietnamese


def render(template: Template) -> bytes:
    """A line for each item, its period first."""
    language, out = template.origin.language, StringIO()
    period = spoken_period(Period.read(template.origin.period), language)
    writer = csv.writer(out, delimiter=DELIMITERS[language])
    writer.writerow((LIST_HEADS[language][0], *HEADS[language]))
    for item in template.items:
        writer.writerow((period, *map(shown, _line(item, template, language))))
    return (MARK + out.getvalue()).encode()


def _line(item: Item, template: Template, language: str) -> Iterator[str]:
    yield from (item.code, item.label(language), item.unit)
    said = template.said.get(item.code)
    yield typed(item, said, language) if said else ""
    yield status_word(said.status, language) if said and said.status is not Status.VALUE else ""
    yield said.note if said else ""


def typed(item: Item, said: Judged, language: str) -> str:
    """A value as people type it."""
    if item.is_number and language == "vi":
        return said.value.replace(".", ",")
    if item.value_type is ValueType.DATE and language == "vi" and said.value:
        year, month, day = said.value.split("-")
        return f"{day}/{month}/{year}"
    if item.value_type is ValueType.BOOLEAN and said.value:
        return ANSWERS[language][said.value != "true"]
    return said.value
