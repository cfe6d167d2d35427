"""What a steward types about a connector, and the connector that is asked for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from saola.apis.connectors.v1.connectors_pb2 import Connector
from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.kit.errors import DomainError

Cells = dict[str, str]
CELL: Final = re.compile(r"fields\.(\d{1,3})\.(\w+)")
PLACE: Final = re.compile(r"connector\.(?:fields\[(\d+)\]\.)?(\w+)")
HEAD: Final = (
    *("agency", "form", "title", "url", "method", "user", "header", "format", "rows"),
    *("period_source", "numbers", "delimiter", "encoding", "schedule", "lag", "seconds"),
    *("megabytes", "retries", "etag", "request_id", "period"),
)
MEGABYTE: Final = 1 << 20
MOST: Final = 500
TAB: Final = "\\t"  # as it is chosen


@dataclass(frozen=True)
class Draft:
    """The fields of the form as texts. The secret is not among them: it never comes back."""

    head: Mapping[str, str]
    fields: Sequence[Cells] = field(default_factory=list)

    def changed(self, do: str, form: Form | None) -> "Draft":
        """With a line more or one less, or one for each item of the form that has none yet."""
        rows = list(self.fields)
        if do == "add" and len(rows) < MOST:
            rows.append({})
        elif do.startswith("drop.") and do[5:].isdecimal() and int(do[5:]) < len(rows):
            rows.pop(int(do[5:]))
        elif do == "fill" and form:
            known = {cells.get("item") for cells in rows}
            rows = [cells for cells in rows if cells.get("item") or cells.get("source")]
            rows += [
                {"item": item.code, "source": item.code, "required": "true" * item.required}
                for item in form.items
                if item.code not in known
            ]
        return replace(self, fields=rows)


def read(sent: Mapping[str, str]) -> Draft:
    """What a browser has sent. Lines keep the order of their numbers."""
    rows: dict[int, Cells] = {}
    for name, value in sent.items():
        if found := CELL.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = value.strip()
    head = {key: sent.get(key, "").strip() for key in HEAD}
    return Draft(head, [cells for _, cells in sorted(rows.items())])


def spelt(connector: Connector) -> Draft:
    """A connector as it stands in the editor."""
    same = ("agency", "form", "title", "url", "user", "header", "rows", "period_source")
    head = {key: str(getattr(connector, key)) for key in (*same, "schedule", "lag", "retries")}
    head |= {key: str(getattr(connector, key)) for key in ("method", "format", "numbers", "etag")}
    head |= {
        "delimiter": TAB if connector.delimiter == "\t" else connector.delimiter or ",",
        "encoding": connector.encoding or "utf-8",
        "seconds": str(connector.timeout.seconds or 30),
        "megabytes": str(max(connector.size_limit // MEGABYTE, 1)),
        "request_id": "",
        "period": "",
    }
    rows = [
        {
            "item": one.item,
            "source": one.source,
            "scale": one.scale,
            "required": "true" * one.required,
        }
        for one in connector.fields
    ]
    return Draft(head, rows)


EMPTY: Final = spelt(
    Connector(
        method=Connector.METHOD_NONE,
        format=Connector.FORMAT_JSON,
        schedule="0 6 * * *",
        lag=1,
        retries=3,
        size_limit=10 * MEGABYTE,
    )
)


def asked(draft: Draft) -> Connector:
    """The connector. Whether it may be so, the service says."""
    head, csv = draft.head, draft.head["format"] == str(Connector.FORMAT_CSV)
    connector = Connector(
        agency=head["agency"],
        form=head["form"],
        title=head["title"],
        url=head["url"],
        method=Connector.Method.ValueType(_number(head["method"])),
        user=head["user"],
        header=head["header"],
        format=Connector.Format.ValueType(_number(head["format"])),
        rows="" if csv else head["rows"],
        period_source=head["period_source"],
        numbers=Connector.Numbers.ValueType(_number(head["numbers"])),
        delimiter=("\t" if head["delimiter"] == TAB else head["delimiter"]) if csv else "",
        encoding=head["encoding"] if csv else "",
        schedule=head["schedule"],
        lag=_number(head["lag"]),
        size_limit=_number(head["megabytes"]) * MEGABYTE,
        retries=_number(head["retries"]),
        fields=[
            Connector.Field(
                item=cells.get("item", ""),
                source=cells.get("source", ""),
                scale=cells.get("scale", ""),
                required=bool(cells.get("required")),
            )
            for cells in draft.fields
        ],
    )
    connector.timeout.FromSeconds(_number(head["seconds"]))
    return connector


def at(refusal: DomainError) -> str:
    """The field of the page at which a refusal is said; empty where it is about none of them."""
    named = str(refusal.facts.get("field", ""))
    found = PLACE.match(named)
    if not found:
        return named if named in {"secret", "period"} else ""
    row, key = found.groups()
    key = {"timeout": "seconds", "size_limit": "megabytes"}.get(key, key)
    return f"fields.{row}.{key}" if row else key


def _number(text: str) -> int:
    return int(text) if re.fullmatch("[0-9]{1,6}", text) else 0
