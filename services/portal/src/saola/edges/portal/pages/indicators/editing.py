"""What a steward types about an indicator, and what is asked of the warehouse for it."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel

from saola.apis.warehouse.v1.indicators_pb2 import Indicator, LightRule
from saola.edges.portal.i18n import Words
from saola.kit.errors import DomainError

PARTS: Final = (
    Indicator.AGGREGATION_SUM,
    Indicator.AGGREGATION_LAST,
    Indicator.AGGREGATION_DISTINCT,
)


class Typed(BaseModel):
    """The fields of the form, as texts. Numbers of choices are those of the protos."""

    code: str = ""
    title_vi: str = ""
    title_en: str = ""
    field: str = ""
    unit: str = ""
    aggregation: int = 0
    direction: int = 0
    definition: str = ""
    decimals: int = 0
    numerator: str = ""
    denominator: str = ""
    factor: str = ""
    basis: int = 0
    green: str = ""
    yellow: str = ""
    pro_rata: bool = False
    etag: str = ""
    request_id: str = ""


def typed(of: Indicator) -> Typed:
    """An indicator as it stands in the form."""
    return Typed(
        code=of.code,
        title_vi=of.title_vi,
        title_en=of.title_en,
        field=of.field,
        unit=of.unit,
        aggregation=of.aggregation,
        direction=of.direction,
        definition=of.definition,
        decimals=of.decimals,
        numerator=of.numerator,
        denominator=of.denominator,
        factor=of.factor,
        basis=of.light.basis,
        green=of.light.green,
        yellow=of.light.yellow,
        pro_rata=of.light.pro_rata,
        etag=of.etag,
    )


def asked(sent: Typed, of: Indicator) -> Indicator:
    """`of` with what was typed. Whether it may be so, the warehouse says."""
    found = Indicator(
        title_vi=sent.title_vi,
        title_en=sent.title_en,
        field=sent.field,
        unit=sent.unit,
        aggregation=Indicator.Aggregation.ValueType(sent.aggregation),
        direction=Indicator.Direction.ValueType(sent.direction),
        definition=sent.definition,
        decimals=sent.decimals,
    )
    found.MergeFrom(of)
    if sent.aggregation == Indicator.AGGREGATION_RATE:
        found.numerator, found.denominator = sent.numerator.strip(), sent.denominator.strip()
        found.factor = _decimal(sent.factor)
    if sent.basis:
        found.light.MergeFrom(
            LightRule(
                basis=LightRule.Basis.ValueType(sent.basis),
                green=_decimal(sent.green),
                yellow=_decimal(sent.yellow),
                pro_rata=sent.pro_rata,
            )
        )
    return found


def _decimal(text: str) -> str:
    """With the comma of Vietnam; what could be either is left for the warehouse to refuse."""
    found = text.strip()
    return found.replace(",", ".") if found.count(",") == 1 and "." not in found else found


def at(refusal: DomainError) -> str:
    """The field that a refusal is about: `indicator.light.green` is `green`."""
    return str(refusal.facts.get("field", "")).rpartition(".")[2]


def aggregations(words: Words) -> list[tuple[int, str]]:
    _ = words._
    return [
        (Indicator.AGGREGATION_SUM, _("Reports add up, over time and over units.")),
        (Indicator.AGGREGATION_LAST, _("Over time the last report counts; units add up.")),
        (Indicator.AGGREGATION_RATE, _("A numerator by a denominator, each added up first.")),
        (Indicator.AGGREGATION_DISTINCT, _("How many units have reported it, each counted once.")),
        (Indicator.AGGREGATION_NONE, _("Reports do not make one figure.")),
    ]


def directions(words: Words) -> list[tuple[int, str]]:
    _ = words._
    return [
        (Indicator.DIRECTION_UP, _("more is better")),
        (Indicator.DIRECTION_DOWN, _("less is better")),
        (Indicator.DIRECTION_NEUTRAL, _("neither")),
    ]


def parts(known: Sequence[Indicator], own: str, words: Words) -> list[tuple[str, str]]:
    """Of what a rate may be made: of what adds up, and not of itself."""
    found = [
        (one.name, f"{words.either(one.title_vi, one.title_en)} ({one.code})")
        for one in known
        if one.aggregation in PARTS and one.code != own
    ]
    return [("", "–"), *sorted(found, key=lambda one: one[1])]


def bases(words: Words) -> list[tuple[int, str]]:
    _ = words._
    return [
        (0, _("There is none.")),
        (LightRule.BASIS_PLAN, _("Share of the plan, in per cent")),
        (LightRule.BASIS_YEAR_BEFORE, _("Change on the year before, in per cent or points")),
        (LightRule.BASIS_VALUE, _("The value itself")),
    ]
