"""What the rules of a form have found in a report, as pages say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saola.apis.warehouse.v1.findings_pb2 import Finding
from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.edges.portal.i18n import Words


@dataclass(frozen=True)
class Found:
    """`place`: the code of the first line it is about; `labels`: of all of them. A warning wants a
    note while it is not `explained`."""

    rule: str
    error: bool
    message: str
    place: str
    labels: Sequence[str]
    explained: bool

    @property
    def kind(self) -> str:
        return "bad" if self.error else "watch"

    @property
    def wants_a_note(self) -> bool:
        return not self.error and not self.explained


def found(findings: Sequence[Finding], form: Form, words: Words) -> list[Found]:
    """Errors first, then as the rules stand in the form."""
    labels = {item.code: words.either(item.label_vi, item.label_en) for item in form.items}
    said = [_found(one, labels, words) for one in findings]
    return sorted(said, key=lambda one: not one.error)


def _found(one: Finding, labels: Mapping[str, str], words: Words) -> Found:
    return Found(
        rule=one.rule,
        error=one.severity == Form.SEVERITY_ERROR,
        message=words.either(one.message_vi, one.message_en),
        place=one.items[0] if one.items else "",
        labels=[labels.get(item, item) for item in one.items],
        explained=one.explained,
    )


def by_line(said: Sequence[Found]) -> dict[str, list[Found]]:
    places = dict[str, list[Found]]()
    for one in said:
        places.setdefault(one.place, []).append(one)
    return places


def unseen(findings: Sequence[Finding], shown: str) -> bool:
    """Whether all that keeps it from being sent are warnings without a note, of which its writer
    has not been shown one yet."""
    known = set(shown.split())
    if any(one.severity == Form.SEVERITY_ERROR for one in findings):
        return False
    return any(one.rule not in known for one in findings if not one.explained)
