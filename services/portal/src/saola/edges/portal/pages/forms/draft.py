"""What a steward types about a form, and the form that is asked of the warehouse for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.kit.errors import DomainError

Cells = dict[str, str]
CELL: Final = re.compile(r"(items|rules|levels)\.(\d{1,3})\.(\w+)")
PLACE: Final = re.compile(r"form\.(items|rules|levels)\[(\d+)\]\.?(\w*)")
HEAD: Final = (
    *("code", "title_vi", "title_en", "field", "period_type", "days", "working_days"),
    *("time", "first_day", "in_force_from", "etag", "request_id"),
)
SEPARATOR: Final = ";"
MOST: Final = 500  # lines


@dataclass(frozen=True)
class Draft:
    """The fields of the form as texts: those at its head, and the lines of its three tables."""

    head: Mapping[str, str]
    items: Sequence[Cells] = field(default_factory=list)
    rules: Sequence[Cells] = field(default_factory=list)
    levels: Sequence[Cells] = field(default_factory=list)

    def changed(self, do: str) -> "Draft":
        """With a line more, one less or one moved up: `add.items`, `drop.items.2`, `up.items.2`."""
        verb, _, rest = do.partition(".")
        table, _, at = rest.partition(".")
        tables = {"items": self.items, "rules": self.rules, "levels": self.levels}
        if table not in tables:
            return self
        rows, place = list(tables[table]), int(at) if at.isdecimal() else -1
        if verb == "add" and len(rows) < MOST:
            rows.append({})
        elif verb == "drop" and 0 <= place < len(rows):
            rows.pop(place)
        elif verb == "up" and 0 < place < len(rows):
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
        tables[table] = rows
        return Draft(self.head, tables["items"], tables["rules"], tables["levels"])


def read(sent: Mapping[str, str]) -> Draft:
    """What a browser has sent. Lines keep the order of their numbers."""
    tables: dict[str, dict[int, Cells]] = {"items": {}, "rules": {}, "levels": {}}
    for name, value in sent.items():
        if found := CELL.fullmatch(name):
            tables[found[1]].setdefault(int(found[2]), {})[found[3]] = value.strip()
    head = {key: sent.get(key, "").strip() for key in HEAD}
    rows = {table: [cells for _, cells in sorted(there.items())] for table, there in tables.items()}
    return Draft(head, rows["items"], rows["rules"], rows["levels"])


def spelt(form: Form) -> Draft:
    """A form as it stands in the editor."""
    head = {
        "code": form.code,
        "title_vi": form.title_vi,
        "title_en": form.title_en,
        "field": form.field,
        "period_type": str(form.period_type),
        "days": str(form.due_rule.days),
        "working_days": "true" if form.due_rule.working_days else "",
        "time": form.due_rule.time or "17:00",
        "first_day": str(form.window.first_day or ""),
        "in_force_from": form.in_force_from,
        "etag": form.etag,
        "request_id": "",
    }
    return Draft(
        head,
        list(map(_item, form.items)),
        list(map(_rule, form.rules)),
        list(map(_level, form.levels)),
    )


def _item(item: Form.Item) -> Cells:
    texts = ("code", "label_vi", "label_en", "indicator", "unit", "minimum", "maximum")
    return {name: str(getattr(item, name)) for name in texts} | {
        "value_type": str(item.value_type),
        "required": "true" if item.required else "",
        "decimals": str(item.decimals),
        "choices": f"{SEPARATOR} ".join(item.choices),
    }


def _rule(rule: Form.Rule) -> Cells:
    found = {
        "code": rule.code,
        "title_vi": rule.title_vi,
        "title_en": rule.title_en,
        "severity": str(rule.severity),
        "kind": rule.WhichOneof("check") or "comparison",
    }
    if found["kind"] == "range":
        of = rule.range
        return found | {"left": of.item, "minimum": of.minimum, "maximum": of.maximum}
    if found["kind"] == "outlier":
        items = f"{SEPARATOR} ".join(rule.outlier.items)
        return found | {"left": items, "maximum": rule.outlier.threshold}
    of_two = rule.comparison
    return found | {
        "left": of_two.left.expression,
        "operator": str(of_two.operator),
        "right": of_two.right.expression,
        "missing": str(of_two.left.missing_values),
    }


def _level(level: Form.Level) -> Cells:
    return {"title_vi": level.title_vi, "title_en": level.title_en, "where": str(level.where)}


def asked(draft: Draft) -> Form:
    """The form. Whether it may be so, the warehouse says."""
    head = draft.head
    form = Form(
        code=head["code"],
        title_vi=head["title_vi"],
        title_en=head["title_en"],
        field=head["field"],
        period_type=Form.PeriodType.ValueType(_number(head["period_type"])),
        due_rule=Form.DueRule(
            days=_number(head["days"]), working_days=bool(head["working_days"]), time=head["time"]
        ),
        in_force_from=head["in_force_from"],
        items=[_asked_item(cells) for cells in draft.items],
        rules=[_asked_rule(cells) for cells in draft.rules],
        levels=[_asked_level(cells) for cells in draft.levels],
    )
    if head["first_day"]:
        form.window.first_day = _number(head["first_day"])
    return form


def _asked_item(cells: Cells) -> Form.Item:
    return Form.Item(
        code=cells.get("code", ""),
        label_vi=cells.get("label_vi", ""),
        label_en=cells.get("label_en", ""),
        indicator=cells.get("indicator", ""),
        unit=cells.get("unit", ""),
        minimum=cells.get("minimum", ""),
        maximum=cells.get("maximum", ""),
        value_type=Form.ValueType.ValueType(_number(cells.get("value_type", ""))),
        required=bool(cells.get("required")),
        decimals=_number(cells.get("decimals", "")),
        choices=_several(cells.get("choices", "")),
    )


def _asked_rule(cells: Cells) -> Form.Rule:
    rule = Form.Rule(
        code=cells.get("code", ""),
        title_vi=cells.get("title_vi", ""),
        title_en=cells.get("title_en", ""),
        severity=Form.Severity.ValueType(_number(cells.get("severity", ""))),
    )
    left, most = cells.get("left", ""), cells.get("maximum", "")
    if cells.get("kind") == "range":
        rule.range.MergeFrom(Form.Range(item=left, minimum=cells.get("minimum", ""), maximum=most))
    elif cells.get("kind") == "outlier":
        rule.outlier.MergeFrom(Form.Outlier(items=_several(left), threshold=most))
        rule.outlier.SetInParent()
    else:
        missing = Form.MissingValues.ValueType(_number(cells.get("missing", "")))
        rule.comparison.MergeFrom(
            Form.Comparison(
                left=Form.Side(expression=left, missing_values=missing),
                operator=Form.Operator.ValueType(_number(cells.get("operator", ""))),
                right=Form.Side(expression=cells.get("right", ""), missing_values=missing),
            )
        )
    return rule


def _asked_level(cells: Cells) -> Form.Level:
    return Form.Level(
        title_vi=cells.get("title_vi", ""),
        title_en=cells.get("title_en", ""),
        where=Form.Level.Where.ValueType(_number(cells.get("where", ""))),
    )


def at(refusal: DomainError) -> str:
    """Where a refusal belongs: `items.2.code`, `rules.1`, `title_vi`."""
    place = str(refusal.facts.get("field", ""))
    if found := PLACE.match(place):
        return ".".join(part for part in found.groups() if part)
    return place.rpartition(".")[2]


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
