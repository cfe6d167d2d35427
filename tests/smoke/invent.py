"""A form that nobody has seen before: random codes, random items of every type, values that fit."""

import random
from dataclasses import dataclass
from decimal import Decimal

from saola.apis.warehouse.v1 import forms_pb2 as pb

TYPES = {
    "INTEGER": lambda lot: str(lot.randint(0, 10**6)),
    "DECIMAL": lambda lot: str(Decimal(lot.randint(0, 10**7)) / 100),
    "TEXT": lambda lot: "Ghi chú " + "ếđợ"[lot.randrange(3)] * lot.randint(1, 20),
    "BOOLEAN": lambda lot: lot.choice(["true", "false"]),
    "DATE": lambda lot: f"2026-{lot.randint(1, 12):02d}-{lot.randint(1, 28):02d}",
    "CHOICE": lambda lot: lot.choice(["Đạt", "Không đạt", "Chưa rõ"]),
}


@dataclass(frozen=True)
class Invented:
    """A form and one set of values for it."""

    form: pb.Form
    values: dict[str, str]


def lots(seed: int) -> random.Random:
    """Chance that can be repeated."""
    return random.Random(seed)  # noqa: S311  # nobody shall be kept from guessing it


def invent(seed: int, indicator: str) -> Invented:
    """The same for the same seed. The first item is always a figure of `indicator`."""
    lot = lots(seed)
    kinds = ["INTEGER", *lot.choices(list(TYPES), k=lot.randint(5, 12)), *TYPES]
    items = [_item(lot, number, kind, indicator) for number, kind in enumerate(kinds)]
    form = pb.Form(
        code=f"T{seed:08X}",
        title_vi=f"Biểu thử {seed:08x}",
        title_en=f"Trial form {seed:08x}",
        field="economy",
        period_type=pb.Form.PERIOD_TYPE_DAY,
        due_rule=pb.Form.DueRule(days=0, time="17:00"),
        items=items,
    )
    values = {item.code: TYPES[kind](lot) for item, kind in zip(items, kinds, strict=True)}
    return Invented(form, values)


def _item(lot: random.Random, number: int, kind: str, indicator: str) -> pb.Form.Item:
    item = pb.Form.Item(
        code=f"I{number:02d}{lot.randrange(16**4):04X}",
        label_vi=f"Chỉ tiêu {number}",
        label_en=f"Item {number}",
        value_type=pb.Form.ValueType.Value(f"VALUE_TYPE_{kind}"),
        required=lot.random() < 0.7,
    )
    if number == 0:
        item.indicator = indicator
    if kind == "DECIMAL":
        item.decimals = 2
    if kind in {"INTEGER", "DECIMAL"}:
        item.minimum = "0"
    if kind == "CHOICE":
        item.choices.extend(["Đạt", "Không đạt", "Chưa rõ"])
    return item
