"""The editor of a form: what is typed is the form that is asked for, and comes back as typed."""

import pytest

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.edges.portal.pages.forms import draft
from saola.kit.errors import DomainError, InvalidField

FORM = Form(
    code="YT-01",
    title_vi="Báo cáo dịch bệnh",
    field="health",
    period_type=Form.PERIOD_TYPE_MONTH,
    due_rule=Form.DueRule(days=5, working_days=True, time="17:00"),
    window=Form.Window(first_day=15),
    in_force_from="2026-11",
    items=[
        Form.Item(code="1", label_vi="Ca mắc", value_type=Form.VALUE_TYPE_INTEGER, required=True),
        Form.Item(code="2", label_vi="Mức", value_type=Form.VALUE_TYPE_CHOICE, choices=["A", "B"]),
    ],
    rules=[
        Form.Rule(
            code="R1",
            title_vi="Tử vong không quá số mắc",
            severity=Form.SEVERITY_ERROR,
            comparison=Form.Comparison(
                left=Form.Side(expression="[2]", missing_values=Form.MISSING_VALUES_SKIP_IF_ANY),
                operator=Form.OPERATOR_LESS_THAN_OR_EQUAL_TO,
                right=Form.Side(expression="[1]", missing_values=Form.MISSING_VALUES_SKIP_IF_ANY),
            ),
        ),
        Form.Rule(
            code="R2",
            severity=Form.SEVERITY_WARNING,
            range=Form.Range(item="1", minimum="0", maximum="500"),
        ),
        Form.Rule(code="R3", outlier=Form.Outlier(items=["1", "2"], threshold="3.5")),
        Form.Rule(code="R4", outlier=Form.Outlier()),
    ],
    levels=[Form.Level(title_vi="Trưởng phòng", where=Form.Level.WHERE_OWN)],
)


def posted(of: draft.Draft) -> dict[str, str]:
    """As a browser sends it."""
    sent = dict(of.head)
    for table in ("items", "rules", "levels"):
        for at, cells in enumerate(getattr(of, table)):
            sent |= {f"{table}.{at}.{key}": value for key, value in cells.items()}
    return sent


def test_a_form_goes_through_the_editor_unchanged() -> None:
    assert draft.asked(draft.read(posted(draft.spelt(FORM)))) == FORM


@pytest.mark.parametrize(
    ("do", "codes"),
    [
        ("add.items", ["1", "2", ""]),
        ("drop.items.0", ["2"]),
        ("up.items.1", ["2", "1"]),
        ("up.items.0", ["1", "2"]),
        ("drop.items.7", ["1", "2"]),
        ("drop.head.0", ["1", "2"]),
        ("", ["1", "2"]),
    ],
)
def test_lines_are_added_dropped_and_moved(do: str, codes: list[str]) -> None:
    found = draft.spelt(FORM).changed(do)
    assert [cells.get("code", "") for cells in found.items] == codes


class InvalidRule(DomainError):
    vi = en = "{field} {rule}"


def test_a_refusal_is_said_at_its_field() -> None:
    assert draft.at(InvalidField(field="form.title_vi")) == "title_vi"
    assert draft.at(InvalidField(field="form.items[2].code")) == "items.2.code"
    assert draft.at(InvalidField(field="form.due_rule.time")) == "time"
    assert draft.at(InvalidRule(field="form.rules[1].range", rule="R2")) == "rules.1.range"
    assert draft.at(InvalidField(field="form.items")) == "items"


def test_what_is_no_number_is_none_and_what_is_no_cell_is_nothing() -> None:
    found = draft.asked(draft.read({"days": "x", "items.0.value_type": "²", "items.0": "x"}))
    assert (found.due_rule.days, found.items[0].value_type) == (0, 0)
