"""Sơn La as it is entered: 38 units, 75 communes, about 120 indicators over nine fields, 56 forms.

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
            f"Ủy ban nhân dân {self.name[0].lower()}{self.name[1:]}",
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
    # A year's growth; of which other indicator it is a share, `base` then being the share.
    growth: float
    part_of: str
    # Of a rate, which nobody reports.
    numerator: str
    denominator: str
    factor: str
    # `plan:100:90`: what its light is compared with, from where on green, from where on yellow.
    light: str
    # A year's plan, as a multiple of the year before; nought for none.
    plan: Decimal
    definition: str
    period: str = ""


@dataclass(frozen=True)
class Slip:
    """An error that somebody made, to be found: `back` periods ago a figure was `by` times too
    large, or from then on the same one was sent `by` times more."""

    indicator: str
    agency: str
    back: int
    kind: str
    by: Decimal


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

    @property
    def parts(self) -> int:
        """In how many the province's figures are split; a commune's are its own."""
        return 1 if COMMUNES in self.reporters else len(self.reporters)


@dataclass(frozen=True)
class Province:
    units: tuple[Unit, ...]
    communes: tuple[Commune, ...]
    indicators: tuple[Indicator, ...]
    forms: tuple[Form, ...]
    slips: tuple[Slip, ...]

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
            for row in rows("communes.csv")
        )
        forms = _forms()
        by_code = {form.code: form for form in forms}
        indicators = tuple(
            _indicator(row, by_code.get(row["form"])) for row in rows("indicators.csv")
        )
        kept = communes[: max(1, round(len(communes) * scale))]
        units = tuple(Unit(**row) for row in rows("units.csv"))
        slips = tuple(
            Slip(row["indicator"], row["agency"], int(row["back"]), row["kind"], Decimal(row["by"]))
            for row in rows("errors.csv")
        )
        return cls(units, kept, indicators, forms, slips)

    @property
    def by_code(self) -> dict[str, Indicator]:
        return {one.code: one for one in self.indicators}

    def reporters(self, form: Form) -> Iterator[Unit]:
        """Who reports by `form`."""
        for unit in self.units:
            if unit.code in form.reporters:
                yield unit
        if COMMUNES in form.reporters:
            yield from (commune.unit for commune in self.communes)

    def items(self, form: Form) -> list[Indicator]:
        return [one for one in self.indicators if one.form == form.code]


def _indicator(row: dict[str, str], form: Form | None) -> Indicator:
    """Its base is of the whole province, of which each of several units has a part."""
    numbers = {"base", "spread", "season", "growth", "plan"}
    adds_up = row["aggregation"] in {"sum", "last"} and not row["part_of"]
    return Indicator(
        **{key: row[key] for key in row if key not in numbers},
        base=Decimal(row["base"] or 0) / (form.parts if form and adds_up else 1),
        spread=float(row["spread"] or 0),
        season=float(row["season"] or 0),
        growth=float(row["growth"] or 0),
        plan=Decimal(row["plan"] or 0),
        period=form.period if form else "",
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
        for row in rows("forms.csv")
    )


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the demo's files."""
    with (files(__package__) / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)
