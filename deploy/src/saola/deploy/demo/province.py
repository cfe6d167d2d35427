"""Sơn La as it is entered: 38 units, 75 communes, about 60 indicators over nine fields, 19 forms.

Names, codes, centres and areas are public facts (two-level government since 1 July 2025); who
reports what, and every figure, is invented. `scale` takes a part: 0.1 is a tenth of the communes.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Final

PROVINCE: Final = ("UBND", "Ủy ban nhân dân tỉnh Sơn La", "UBND tỉnh")
AREA: Final = ("14", "Tỉnh Sơn La", 21.33, 103.91, 14109.0)
COMMUNES: Final = "COMMUNES"  # in forms.csv: whoever is a commune


@dataclass(frozen=True)
class Unit:
    """An agency of the demo; communes have an area."""

    code: str
    name: str
    short_name: str
    kind: str
    area: str = ""


@dataclass(frozen=True)
class Commune:
    code: str
    name: str
    latitude: float
    longitude: float
    square_kilometres: float

    @property
    def unit(self) -> Unit:
        return Unit(
            f"XA{self.code}",
            f"Ủy ban nhân dân {self.name.lower()}",
            self.name,
            "committee",
            self.code,
        )


@dataclass(frozen=True)
class Indicator:
    """One line of the dictionary, and the figures around which the invented ones lie."""

    code: str
    field: str
    form: str
    title_vi: str
    title_en: str
    unit: str
    type: str
    aggregation: str
    direction: str
    base: Decimal
    spread: float
    season: float


@dataclass(frozen=True)
class Form:
    code: str
    title_vi: str
    title_en: str
    field: str
    period: str
    due_days: int
    working_days: bool
    reporters: tuple[str, ...]


@dataclass(frozen=True)
class Province:
    units: tuple[Unit, ...]
    communes: tuple[Commune, ...]
    indicators: tuple[Indicator, ...]
    forms: tuple[Form, ...]

    @classmethod
    def load(cls, scale: float = 1.0) -> "Province":
        """As its files say, with the first `scale` of the communes."""
        communes = tuple(
            Commune(
                row["code"],
                row["name"],
                float(row["latitude"]),
                float(row["longitude"]),
                float(row["area_km2"]),
            )
            for row in _rows("communes.csv")
        )
        indicators = tuple(_indicator(row) for row in _rows("indicators.csv"))
        kept = communes[: max(1, round(len(communes) * scale))]
        return cls(tuple(Unit(**row) for row in _rows("units.csv")), kept, indicators, _forms())

    def reporters(self, form: Form) -> Iterator[Unit]:
        """Who reports by `form`."""
        for unit in self.units:
            if unit.code in form.reporters:
                yield unit
        if COMMUNES in form.reporters:
            yield from (commune.unit for commune in self.communes)

    def items(self, form: Form) -> list[Indicator]:
        return [one for one in self.indicators if one.form == form.code]


def _indicator(row: dict[str, str]) -> Indicator:
    words = {key: row[key] for key in row if key not in {"base", "spread", "season"}}
    return Indicator(
        **words, base=Decimal(row["base"]), spread=float(row["spread"]), season=float(row["season"])
    )


def _forms() -> tuple[Form, ...]:
    return tuple(
        Form(
            row["code"],
            row["title_vi"],
            row["title_en"],
            row["field"],
            row["period"],
            int(row["due_days"]),
            row["working_days"] == "yes",
            tuple(row["reporters"].split()),
        )
        for row in _rows("forms.csv")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (files(__package__) / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
