"""A form that is described in JSON, with what shall be reported by it; and such as nobody wrote."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.indicators_pb2 import Indicator
from tests.smoke.invent import invent, lots

# Each type of period with one of it that has begun by noon of 20 November 2026.
PERIODS = {
    "DAY": "2026-11-19",
    "WEEK": "2026-W46",
    "MONTH": "2026-10",
    "QUARTER": "2026-Q3",
    "HALF_YEAR": "2026-S1",
    "NINE_MONTHS": "2026-9M",
    "YEAR": "2025",
}
WRONG = {
    "INTEGER": [("2.5", "NOT_A_WHOLE_NUMBER"), ("-3", "BELOW_MINIMUM"), ("mười", "NOT_A_NUMBER")],
    "DECIMAL": [("0.125", "TOO_MANY_DECIMALS"), ("-0.5", "BELOW_MINIMUM")],
    "TEXT": [("x" * 2001, "TEXT_TOO_LONG")],
    "BOOLEAN": [("có lẽ", "NOT_A_BOOLEAN")],
    "DATE": [("2026-02-30", "NOT_A_DATE"), ("hôm qua", "NOT_A_DATE")],
    "CHOICE": [("Tím", "NOT_A_CHOICE")],
}
NUMBERS = (Form.VALUE_TYPE_INTEGER, Form.VALUE_TYPE_DECIMAL)


@dataclass(frozen=True)
class Description:
    """Values are as systems write them. One of them, `wrong`, is refused for that reason."""

    indicators: Sequence[Indicator]
    form: Form
    period: str
    values: Mapping[str, str]
    item: str
    wrong: str
    reason: str

    def typed(self, values: Mapping[str, str]) -> dict[str, str]:
        """As people in Vietnam type them."""
        types = {item.code: item.value_type for item in self.form.items}
        return {code: as_typed(types[code], value) for code, value in values.items()}


def read(said: Mapping[str, Any]) -> Description:
    wrong = said["wrong"]
    return Description(
        [ParseDict(one, Indicator()) for one in said.get("indicators", ())],
        ParseDict(said["form"], Form()),
        said["period"],
        said["values"],
        wrong["item"],
        wrong["value"],
        wrong["reason"],
    )


def as_typed(type: int, value: str) -> str:
    """`1204.5` is `1204,5` in Vietnamese, and a day is 22/11/2026."""
    if type in NUMBERS:
        return value.replace(".", ",")
    if type == Form.VALUE_TYPE_DATE and value.count("-") == 2:
        return "/".join(reversed(value.split("-")))
    return value


def made_up(seed: int) -> dict[str, Any]:
    """A description that nobody has seen before; the same for the same seed."""
    lot = lots(seed)
    invented = invent(seed, "")
    type = list(PERIODS)[seed % len(PERIODS)]
    form = MessageToDict(invented.form, preserving_proto_field_name=True)
    form |= {
        "period_type": f"PERIOD_TYPE_{type}",
        "due_rule": {
            "days": lot.randint(0, 9),
            "working_days": lot.random() < 0.5,
            "time": "16:45",
        },
        "rules": _rules(lot, invented.form.items, invented.values),
        "levels": [
            {"title_vi": f"Cấp {n}", "where": f"WHERE_{lot.choice(['OWN', 'SUPERIOR', 'ANY'])}"}
            for n in range(lot.randint(0, 3))
        ],
    }
    if type not in {"DAY", "WEEK"}:
        form["window"] = {"first_day": lot.choice([1, 15, 28])}
    numbers = [item.code for item in invented.form.items if item.value_type in NUMBERS]
    indicator = {
        "code": f"TRIAL.N{seed}",
        "title_vi": "Chỉ tiêu thử",
        "field": "economy",
        "aggregation": lot.choice(["AGGREGATION_SUM", "AGGREGATION_LAST", "AGGREGATION_NONE"]),
    }
    next(one for one in form["items"] if one["code"] == numbers[0])["indicator"] = indicator["code"]
    item = lot.choice(invented.form.items)
    value, reason = lot.choice(WRONG[Form.ValueType.Name(item.value_type)[11:]])
    wrong = {"item": item.code, "value": value, "reason": reason}
    said = {"indicators": [indicator], "form": form, "period": PERIODS[type]}
    return said | {"values": invented.values, "wrong": wrong}


def _rules(
    lot: random.Random, items: Sequence[Form.Item], values: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rules that the values keep, of every kind."""
    numbers = sorted(
        (item.code for item in items if item.value_type in NUMBERS), key=lambda c: float(values[c])
    )
    low, high = numbers[0], numbers[-1]
    texts = [item.code for item in items if item.value_type == Form.VALUE_TYPE_TEXT]
    checks: list[Callable[[], dict[str, Any]]] = [
        lambda: _compared(f"[{low}]", "LESS_THAN_OR_EQUAL_TO", f"[{high}]"),
        lambda: _compared(f"[{low}] + [{high}]", "EQUAL_TO", f"[{high}] + [{low}]"),
        lambda: _compared(f"[{low}] * 2", "GREATER_THAN_OR_EQUAL_TO", f"[{low}]"),
        lambda: _compared(f"[{texts[0]}]", "COMPULSORY_PAIR", f"[{high}]"),
        lambda: {"range": {"item": high, "minimum": "-1"}},
        lambda: {"outlier": {"threshold": "4"}},
    ]
    severity = ["SEVERITY_ERROR", "SEVERITY_WARNING"]
    return [
        {"code": f"r{n}", "title_vi": f"Quy tắc {n}", "severity": lot.choice(severity), **check()}
        for n, check in enumerate(lot.sample(checks, lot.randint(1, len(checks))))
    ]


def _compared(left: str, operator: str, right: str) -> dict[str, Any]:
    return {
        "comparison": {
            "left": {"expression": left},
            "operator": f"OPERATOR_{operator}",
            "right": {"expression": right},
        }
    }
