"""The light beside a figure: its shape, its word, and the rule by which it shines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from saola.apis.warehouse.v1.figures_pb2 import Light
from saola.apis.warehouse.v1.indicators_pb2 import Indicator, LightRule
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words

Colour: TypeAlias = Light.Colour.ValueType
KINDS: Final[Mapping[Colour, str]] = {
    Light.COLOUR_GREEN: "good",
    Light.COLOUR_YELLOW: "watch",
    Light.COLOUR_RED: "bad",
}


@dataclass(frozen=True)
class Shine:
    """`kind`: good, watch, bad or none. `rule`: empty where there is none."""

    kind: str
    word: str
    rule: str


def shine(light: Light | None, value: str, direction: int, words: Words) -> Shine:
    """What is seen of a figure with that light; `value` is empty where nothing is known."""
    _ = words._
    if not value:
        return Shine("none", _("no data"), "")
    if light is None:
        return Shine("none", _("not rated"), "")
    kind = KINDS.get(light.colour, "none")
    by_plan = light.rule.basis == LightRule.BASIS_PLAN
    said = {
        "good": _("on track"),
        "watch": _("to watch"),
        "bad": _("behind") if by_plan else _("off target"),
        "none": _("not rated"),
    }
    return Shine(kind, said[kind], rule(light, direction, words))


def rule(light: Light, direction: int, words: Words) -> str:
    """The rule as a sentence, with what was measured: green from here on, yellow from there."""
    _, of = words._, light.rule
    facts = {
        "what": _basis(of, words),
        "green": _number(light.green or of.green, words),
        "yellow": _number(light.yellow or of.yellow, words),
    }
    if direction == Indicator.DIRECTION_DOWN:
        text = _("%(what)s: green up to %(green)s, yellow up to %(yellow)s, red above.", **facts)
    else:
        text = _(
            "%(what)s: green from %(green)s on, yellow from %(yellow)s on, red below.", **facts
        )
    if of.basis == LightRule.BASIS_PLAN and of.pro_rata:
        text += " " + _("The thresholds grow with the part of the year that is over.")
    if light.measured:
        text += " " + _("Now: %(v)s.", v=_number(light.measured, words))
    return text


def _basis(of: LightRule, words: Words) -> str:
    _ = words._
    if of.basis == LightRule.BASIS_PLAN:
        return _("Share of the plan, in per cent")
    if of.basis == LightRule.BASIS_YEAR_BEFORE:
        return _("Change on the year before, in per cent or points")
    return _("The value itself")


def _number(text: str, words: Words) -> str:
    found = formats.decimal(text)
    return text if found is None else formats.number(formats.trimmed(found, 2), words.language)
