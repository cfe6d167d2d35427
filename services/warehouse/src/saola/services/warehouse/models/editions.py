"""The editions of a form: all that were published, and the one that is being drafted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Boolean, Column, Date, Integer, Table, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from saola.kit.tables import Instant
from saola.services.warehouse.domain.approvals import USUAL, Level, Where
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
from saola.services.warehouse.models import Base

# What differs from edition to edition: columns of a form that stand here too, by the same names.
editions = Table(
    "editions",
    Base.metadata,
    Column("form", Uuid, primary_key=True),
    Column("edition", Integer, primary_key=True),
    # From which period on it holds; empty and null from ever.
    Column("in_force_from", Text, nullable=False),
    Column("begins", Date),
    # When it was published; null while it is drafted.
    Column("published_at", Instant),
    Column("title_vi", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("due_days", Integer, nullable=False),
    Column("due_on_working_days", Boolean, nullable=False),
    Column("due_time", Time, nullable=False),
    Column("window_first_day", Integer, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("levels", JSONB, nullable=False),
)


def rules_to_row(rules: Sequence[Rule]) -> list[dict[str, Any]]:
    return [asdict(rule) | {"kind": type(rule.check).__name__.lower()} for rule in rules]


def rules_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            rule["code"],
            rule["title_vi"],
            Severity[rule["severity"].upper()],
            _check(rule["kind"], rule["check"]),
            rule["title_en"],
        )
        for rule in stored
    )


def _check(kind: str, stored: Mapping[str, Any]) -> Check:
    match kind:
        case "comparison":
            operator = Operator[stored["operator"].upper()]
            return Comparison(_side(stored["left"]), operator, _side(stored["right"]))
        case "outlier":
            return Outlier(tuple(stored["items"]), stored["threshold"])
        case _:
            return Range(**stored)


def _side(stored: Mapping[str, str]) -> Side:
    return Side(stored["expression"], Missing[stored["missing"].upper()])


def levels_to_row(levels: Sequence[Level]) -> list[dict[str, Any]]:
    return [asdict(level) for level in levels]


def levels_said(stored: Sequence[Mapping[str, Any]]) -> tuple[Level, ...]:
    return tuple(
        Level(level["title_vi"], Where[level["where"].upper()], level["title_en"])
        for level in stored
    )


def levels_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Level, ...]:
    """One at which everybody may decide who sees the report, where none was said."""
    return levels_said(stored) or USUAL
