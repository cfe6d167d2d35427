"""What may be chosen in the editor of a form, in words."""

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.edges.portal.i18n import Words

Choices = list[tuple[str, str]]


def period_types(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Form.PERIOD_TYPE_DAY, _("each day")),
        (Form.PERIOD_TYPE_WEEK, _("each week")),
        (Form.PERIOD_TYPE_MONTH, _("each month")),
        (Form.PERIOD_TYPE_QUARTER, _("each quarter")),
        (Form.PERIOD_TYPE_HALF_YEAR, _("each half-year")),
        (Form.PERIOD_TYPE_NINE_MONTHS, _("nine months")),
        (Form.PERIOD_TYPE_YEAR, _("each year")),
    )


def value_types(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Form.VALUE_TYPE_INTEGER, _("whole number")),
        (Form.VALUE_TYPE_DECIMAL, _("decimal number")),
        (Form.VALUE_TYPE_TEXT, _("text")),
        (Form.VALUE_TYPE_BOOLEAN, _("yes or no")),
        (Form.VALUE_TYPE_DATE, _("date")),
        (Form.VALUE_TYPE_CHOICE, _("one of a list")),
    )


def severities(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Form.SEVERITY_ERROR, _("error: blocks submitting")),
        (Form.SEVERITY_WARNING, _("warning: may be submitted")),
    )


def kinds(words: Words) -> Choices:
    _ = words._
    return [
        ("comparison", _("left compared with right")),
        ("range", _("between two bounds")),
        ("outlier", _("far from its own history")),
    ]


def operators(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Form.OPERATOR_EQUAL_TO, "="),
        (Form.OPERATOR_NOT_EQUAL_TO, "≠"),
        (Form.OPERATOR_GREATER_THAN, ">"),
        (Form.OPERATOR_GREATER_THAN_OR_EQUAL_TO, "≥"),
        (Form.OPERATOR_LESS_THAN, "<"),
        (Form.OPERATOR_LESS_THAN_OR_EQUAL_TO, "≤"),
        (Form.OPERATOR_COMPULSORY_PAIR, _("both or neither")),
        (Form.OPERATOR_EXCLUSIVE_PAIR, _("never both")),
    )


def missing(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Form.MISSING_VALUES_SKIP_IF_ANY, _("skipped if any value is missing")),
        (Form.MISSING_VALUES_SKIP_IF_ALL, _("skipped if all values are missing")),
        (Form.MISSING_VALUES_NEVER_SKIP, _("never skipped")),
    )


def places(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Form.Level.WHERE_OWN, _("in the unit itself")),
        (Form.Level.WHERE_SUPERIOR, _("in a superior unit")),
        (Form.Level.WHERE_ANY, _("in either")),
    )


def states(words: Words) -> dict[int, tuple[str, str]]:
    """Kind of light and word, by state."""
    _ = words._
    return {
        Form.STATE_DRAFT: ("draft", _("draft")),
        Form.STATE_PUBLISHED: ("good", _("published")),
        Form.STATE_RETIRED: ("none", _("retired")),
    }


def _numbered(*pairs: tuple[int, str]) -> Choices:
    return [(str(number), text) for number, text in pairs]
