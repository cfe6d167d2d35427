"""What was found in a report when it was submitted. Rows are only added."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, Boolean, Column, Integer, Table, Text, Uuid

from saola.services.warehouse.domain.findings import Finding
from saola.services.warehouse.domain.rules import Severity
from saola.services.warehouse.models import Base

# By `version`, the version of the report that was submitted, in their order.
findings = Table(
    "findings",
    Base.metadata,
    Column("agency", Uuid, primary_key=True, info={"secured": True}),
    Column("submission", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("items", ARRAY(Text), nullable=False),
    Column("vi", Text, nullable=False),
    Column("en", Text, nullable=False),
    # What was compared, as decimals; empty where a side says nothing.
    Column("left", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("lower", Text, nullable=False),
    Column("upper", Text, nullable=False),
    Column("explained", Boolean, nullable=False),
)


def to_row(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity,
        "items": list(found.items),
        "vi": found.vi,
        "en": found.en,
        "left": found.left,
        "right": found.right,
        "lower": found.lower,
        "upper": found.upper,
        "explained": found.explained,
    }


def of_row(row: Mapping[str, Any]) -> Finding:
    return Finding(
        row["rule"],
        Severity[row["severity"].upper()],
        tuple(row["items"]),
        row["vi"],
        row["en"],
        row["left"],
        row["right"],
        row["lower"],
        row["upper"],
        explained=row["explained"],
    )
