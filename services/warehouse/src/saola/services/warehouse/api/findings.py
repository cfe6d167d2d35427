"""Rules and levels of forms, and what rules find: to and from their messages."""

from collections.abc import Iterable
from typing import Any, TypeVar

from saola.apis.warehouse.v1 import forms_pb2 as pb
from saola.apis.warehouse.v1.findings_pb2 import Finding as Message
from saola.kit.errors import InvalidField, MissingField, Word
from saola.services.warehouse.domain.approvals import Level, Where
from saola.services.warehouse.domain.findings import Finding
from saola.services.warehouse.domain.rules import (
    Check,
    Comparison,
    Missing,
    Operator,
    Outlier,
    Range,
    Rule,
    Severity,
    Side,
)

W = TypeVar("W", bound=Word)


def rules(asked: Iterable[pb.Form.Rule]) -> tuple[Rule, ...]:
    return tuple(_rule(rule, f"form.rules[{row}]") for row, rule in enumerate(asked))


def _rule(rule: pb.Form.Rule, field: str) -> Rule:
    severity = _word(Severity, pb.Form.Severity, rule.severity, f"{field}.severity")
    return Rule(
        rule.code,
        rule.title_vi.strip(),
        severity,
        _check(rule, field),
        rule.title_en.strip(),
    )


def _check(rule: pb.Form.Rule, field: str) -> Check:
    match rule.WhichOneof("check"):
        case "comparison":
            of, field = rule.comparison, f"{field}.comparison"
            operator = _word(Operator, pb.Form.Operator, of.operator, f"{field}.operator")
            return Comparison(
                _side(of.left, f"{field}.left"), operator, _side(of.right, f"{field}.right")
            )
        case "range":
            return Range(rule.range.item, rule.range.minimum, rule.range.maximum)
        case "outlier":
            return Outlier(tuple(rule.outlier.items), rule.outlier.threshold)
        case _:
            raise MissingField(field=f"{field}.check")


def _side(side: pb.Form.Side, field: str) -> Side:
    if not side.missing_values:
        return Side(side.expression)
    place = f"{field}.missing_values"
    return Side(side.expression, _word(Missing, pb.Form.MissingValues, side.missing_values, place))


def levels(asked: Iterable[pb.Form.Level]) -> tuple[Level, ...]:
    return tuple(
        Level(
            level.title_vi.strip(),
            _word(Where, pb.Form.Level.Where, level.where, f"form.levels[{row}].where"),
            level.title_en.strip(),
        )
        for row, level in enumerate(asked)
    )


def _word(words: type[W], kind: Any, value: int, field: str) -> W:  # one of protobuf's enums
    """The word that an enum of the wire means: `SEVERITY_ERROR` is Severity.ERROR."""
    try:
        name = kind.Name(value)
        return words[name.removeprefix(_prefix(kind))]
    except (ValueError, KeyError) as error:
        raise InvalidField(field=field) from error


def _value(kind: Any, word: Word) -> Any:
    return kind.Value(_prefix(kind) + word.name)


def _prefix(kind: Any) -> str:
    return str(kind.Name(0)).removesuffix("UNSPECIFIED")


def rule_to_pb(rule: Rule) -> pb.Form.Rule:
    message = pb.Form.Rule(
        code=rule.code,
        title_vi=rule.title_vi,
        title_en=rule.title_en,
        severity=_value(pb.Form.Severity, rule.severity),
    )
    match rule.check:
        case Comparison(left, operator, right):
            message.comparison.left.CopyFrom(_side_to_pb(left))
            message.comparison.operator = _value(pb.Form.Operator, operator)
            message.comparison.right.CopyFrom(_side_to_pb(right))
        case Range(item, minimum, maximum):
            message.range.CopyFrom(pb.Form.Range(item=item, minimum=minimum, maximum=maximum))
        case Outlier(items, threshold):
            message.outlier.CopyFrom(pb.Form.Outlier(items=items, threshold=threshold))
    return message


def _side_to_pb(side: Side) -> pb.Form.Side:
    return pb.Form.Side(
        expression=side.expression, missing_values=_value(pb.Form.MissingValues, side.missing)
    )


def level_to_pb(level: Level) -> pb.Form.Level:
    return pb.Form.Level(
        title_vi=level.title_vi,
        title_en=level.title_en,
        where=_value(pb.Form.Level.Where, level.where),
    )


def finding_to_pb(found: Finding) -> Message:
    return Message(
        rule=found.rule,
        severity=_value(pb.Form.Severity, found.severity),
        items=found.items,
        message_vi=found.vi,
        message_en=found.en,
        left=found.left,
        right=found.right,
        lower=found.lower,
        upper=found.upper,
        explained=found.explained,
    )
