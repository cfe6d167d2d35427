"""Rates as a page shows them: shares of what was asked for, in an order, and where they lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from saola.apis.warehouse.v1.rates_pb2 import ListRatesRequest, Rate
from saola.edges.portal import fields, formats
from saola.edges.portal.i18n import Words

GROUPS: Final = {
    "agency": ListRatesRequest.GROUP_AGENCY,
    "form": ListRatesRequest.GROUP_FORM,
    "field": ListRatesRequest.GROUP_FIELD,
    "period": ListRatesRequest.GROUP_PERIOD,
}
NEXT: Final = {"agency": "form", "form": "agency", "field": "form", "period": "agency"}
SORTS: Final = ("title", "complete", "timely", "cells", "overdue", "expected")


@dataclass(frozen=True)
class Line:
    """One form, field, agency or period. Shares are per cent, none where nothing was asked for."""

    key: str
    title: str
    code: str
    path: str
    expected: int
    submitted: int
    on_time: int
    overdue: int
    exempt: int
    complete: Decimal | None
    timely: Decimal | None
    cells: Decimal | None
    at: int = 0

    @property
    def kind(self) -> str:
        """What is overdue is seen first; what is not due yet is nobody's fault."""
        if not self.expected:
            return "none"
        return "bad" if self.overdue else "good" if self.submitted == self.expected else "watch"


def titles(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "agency": _("by unit"),
        "form": _("by form"),
        "field": _("by field"),
        "period": _("by period"),
    }


def heads(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "agency": _("Unit"),
        "form": _("Form"),
        "field": _("Field"),
        "period": _("Period"),
    }


def line(rate: Rate, group: str, kept: dict[str, str], words: Words, at: int = 0) -> Line:
    key, title, code = _named(rate, group, words)
    asked = kept | {group: key, "group": NEXT.get(group, "")}
    return Line(
        key=key,
        title=title,
        code=code,
        path=f"/rates?{urlencode({name: one for name, one in asked.items() if one})}",
        expected=rate.expected,
        submitted=rate.submitted,
        on_time=rate.on_time,
        overdue=rate.overdue,
        exempt=rate.exempt,
        complete=_share(rate.submitted, rate.expected),
        timely=_share(rate.on_time, rate.expected),
        cells=_share(rate.cells_filled, rate.cells),
        at=at,
    )


def _named(rate: Rate, group: str, words: Words) -> tuple[str, str, str]:
    match group:
        case "form":
            title = words.either(rate.form_title_vi, rate.form_title_en)
            return rate.form, title, rate.form_code
        case "field":
            return rate.field, fields.title(rate.field, words), ""
        case "agency":
            return rate.agency, rate.agency_title or "–", ""
        case "period":
            return rate.period, formats.period(rate.period, words.language), ""
        case _:
            return "", words._("Total"), ""


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) * 100 / whole if whole else None


def in_order(lines: Sequence[Line], sort: str) -> list[Line]:
    """`-overdue` begins with the most; as the warehouse has them where nothing is said. What has no
    share stands at the end, whatever the order."""
    key, down = sort.removeprefix("-"), sort.startswith("-")
    if key in ("overdue", "expected"):
        numbers = {"overdue": lambda one: one.overdue, "expected": lambda one: one.expected}
        return sorted(lines, key=numbers[key], reverse=down)
    if key in ("complete", "timely", "cells"):
        shares = [(share, one.at, one) for one in lines if (share := _of(one, key)) is not None]
        shares.sort(key=lambda pair: (pair[0] if not down else -pair[0], pair[1]))
        return [one for *_, one in shares] + [one for one in lines if _of(one, key) is None]
    return list(reversed(lines)) if down else list(lines)


def _of(one: Line, key: str) -> Decimal | None:
    return {"complete": one.complete, "timely": one.timely, "cells": one.cells}[key]


def percent(share: Decimal | None, words: Words) -> str:
    """Rounded down, so that 100 % is said of what is whole only."""
    if share is None:
        return "–"
    tenth = (share * 10).to_integral_value(rounding="ROUND_FLOOR") / 10
    return f"{formats.number(formats.trimmed(tenth, 1), words.language)} %"
