"""The reporter's grid: the lines of a form, what is typed, and what the warehouse says of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.submissions_pb2 import Submission, Value
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.kit.errors import DomainError
from saola.kit.status import Refused

Status = Value.Status
NUMBERS = (Form.VALUE_TYPE_INTEGER, Form.VALUE_TYPE_DECIMAL)
STATUSES = (
    Status.STATUS_VALUE,
    Status.STATUS_NOTHING_OCCURRED,
    Status.STATUS_MISSING,
    Status.STATUS_ESTIMATED,
    Status.STATUS_PRELIMINARY,
)
KINDS = {
    Form.VALUE_TYPE_BOOLEAN: "boolean",
    Form.VALUE_TYPE_CHOICE: "choice",
    Form.VALUE_TYPE_DATE: "date",
    Form.VALUE_TYPE_TEXT: "text",
}
PLACE = re.compile(r"values\[(\d+)\]")
QUOTED = re.compile("“([^”]*)”")


@dataclass(frozen=True)
class Row:
    """One line. `value` is as the reader types it; `error` stands under it."""

    code: str
    label: str
    unit: str
    kind: str
    required: bool
    choices: Sequence[str]
    former: str
    value: str
    status: Status.ValueType
    note: str
    error: str = ""


def words_of(words: Words) -> dict[Status.ValueType, str]:
    _ = words._
    return {
        Status.STATUS_VALUE: _("has a value"),
        Status.STATUS_TRUE_ZERO: _("zero, counted"),
        Status.STATUS_NOTHING_OCCURRED: _("nothing occurred"),
        Status.STATUS_MISSING: _("not available yet"),
        Status.STATUS_ESTIMATED: _("estimated"),
        Status.STATUS_PRELIMINARY: _("preliminary"),
        Status.STATUS_REVISED: _("revised"),
    }


def statuses(rows: Sequence[Row], words: Words) -> list[tuple[Status.ValueType, str]]:
    """Those one may choose, and those that are there."""
    there = {row.status for row in rows}
    return [pair for pair in words_of(words).items() if pair[0] in STATUSES or pair[0] in there]


def read(form: Form, sent: Mapping[str, str]) -> list[Value]:
    """What a browser has sent for the lines of the form, as it was typed: the warehouse judges."""
    found = []
    for item in form.items:
        value = sent.get(f"{item.code}.value", "").strip()
        note = sent.get(f"{item.code}.note", "").strip()
        status = _status(sent.get(f"{item.code}.status", ""))
        if not value and status is Status.STATUS_VALUE:
            status = Status.STATUS_UNSPECIFIED
        found.append(Value(item=item.code, value=value, status=status, note=note))
    return found


def new(values: Sequence[Value], stored: Submission, words: Words) -> list[Value]:
    """Of those, what says something other than what is stored. An emptied line takes back."""
    there = {value.item: value for value in stored.values}
    return [value for value in values if not _same(value, there.get(value.item), words)]


def rows(
    form: Form,
    values: Mapping[str, Value],
    former: Mapping[str, Value],
    errors: Mapping[str, str],
    words: Words,
) -> list[Row]:
    """`values`: as typed, or stored and then spelt as one types it."""
    found = []
    for item in form.items:
        value = values.get(item.code, Value())
        before = former.get(item.code, Value())
        found.append(
            Row(
                code=item.code,
                label=words.either(item.label_vi, item.label_en),
                unit=item.unit,
                kind=KINDS.get(item.value_type, "number"),
                required=item.required,
                choices=list(item.choices),
                former=said(before, words) if before.item else "–",
                value=value.value,
                status=value.status or Status.STATUS_VALUE,
                note=value.note,
                error=errors.get(item.code, ""),
            )
        )
    return found


def spelt(form: Form, stored: Submission, words: Words) -> dict[str, Value]:
    """What is stored, as the reader would type it."""
    kinds = {item.code: item.value_type for item in form.items}
    found = {}
    for value in stored.values:
        text = _spelt(value, kinds.get(value.item, Form.VALUE_TYPE_TEXT), words)
        found[value.item] = Value(item=value.item, value=text, status=value.status, note=value.note)
    return found


def said(value: Value, words: Words) -> str:
    """A value in one cell: the figure, or the status where that says it all."""
    if value.value:
        text = formats.typed(value.value, words.language)
        if value.status in (Status.STATUS_ESTIMATED, Status.STATUS_PRELIMINARY):
            text += f" ({words_of(words)[value.status]})"
        return text
    return words_of(words).get(value.status, "–")


def errors(
    refusal: DomainError, values: Sequence[Value], form: Form, words: Words
) -> dict[str, str]:
    """What is wrong with which line. Empty if the refusal is about no line."""
    labels = {item.code: words.either(item.label_vi, item.label_en) for item in form.items}
    found = dict[str, str]()
    item = str(refusal.facts.get("item", ""))
    if item in labels:
        found[item] = _short(refusal.text(words.language), item, labels)
    for one in refusal.violations if isinstance(refusal, Refused) else ():
        place, quoted = PLACE.search(one.field), QUOTED.search(one.description)
        if place and int(place[1]) < len(values):
            code = values[int(place[1])].item
            found.setdefault(code, _short(one.description, code, labels))
        elif quoted and quoted[1] in labels:
            found.setdefault(quoted[1], _short(one.description, quoted[1], labels))
    return found


def _short(text: str, code: str, labels: Mapping[str, str]) -> str:
    """The sentence without the line's code before it, as it stands at the line itself."""
    rest = re.sub(rf"^\w+ “{re.escape(code)}”: ", "", text)
    return rest.replace(f"“{code}”", f"“{labels[code]}”")


def _status(text: str) -> Status.ValueType:
    known = text.isdecimal() and int(text) in Status.values()
    return Status.ValueType(int(text)) if known else Status.STATUS_VALUE


def _same(value: Value, stored: Value | None, words: Words) -> bool:
    if stored is None:
        return not (value.value or value.status or value.note)
    typed = formats.typed(stored.value, words.language)
    usual = Status.STATUS_VALUE
    return (
        value.value in (typed, stored.value)
        and (value.status or usual) == (stored.status or usual)
        and value.note == stored.note
        and bool(value.value or value.status)
    )


def _spelt(value: Value, kind: Form.ValueType.ValueType, words: Words) -> str:
    if kind in NUMBERS:
        return formats.typed(value.value, words.language)
    if kind == Form.VALUE_TYPE_DATE and value.value:
        return formats.slashed(value.value)
    return value.value
