"""What the page of one report shows: its lines, and who did what when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saola.apis.warehouse.v1.submissions_pb2 import Change, Value
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.edges.portal.pages.reports import grid


@dataclass(frozen=True)
class Difference:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One entry of the history."""

    action: str
    who: str
    when: str
    channel: str
    note: str
    # When it had come in an earlier system, as was stated.
    came: str
    differences: Sequence[Difference]


def actions(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "created": _("Begun"),
        "entered": _("Values entered"),
        "submitted": _("Submitted"),
        "corrected": _("Corrected by its system"),
        "returned": _("Returned"),
        "approved": _("Approved"),
        "locked": _("Locked"),
        "asked": _("Asked to be opened again"),
        "denied": _("Stays closed"),
        "unlocked": _("Opened again for a while"),
        "relocked": _("Closed again by the clock"),
        "loaded": _("Loaded from an earlier system"),
    }


def channels(words: Words) -> dict[str, str]:
    _ = words._
    return {
        "web": _("web form"),
        "excel": "Excel",
        "csv": "CSV",
        "grpc": _("another system"),
        "clock": _("the clock"),
    }


def steps(
    changes: Sequence[Change],
    labels: Mapping[str, str],
    names: Mapping[str, str],
    me: str,
    words: Words,
) -> list[Step]:
    """`names`: of the officials whom the reader may know."""
    done, ways = actions(words), channels(words)
    return [
        Step(
            action=done.get(change.action, change.action),
            who=words._("you")
            if change.actor == me
            else names.get(change.actor) or _somebody(change, words),
            when=formats.when(change.time, words.language),
            channel=ways.get(change.channel, change.channel),
            note=change.note,
            came=formats.when(change.came_time, words.language)
            if change.HasField("came_time")
            else "",
            differences=_differences(change, labels, words),
        )
        for change in changes
    ]


def _somebody(change: Change, words: Words) -> str:
    _ = words._
    return _("a steward") if change.action == "loaded" else _("an official of the unit")


def _differences(change: Change, labels: Mapping[str, str], words: Words) -> list[Difference]:
    before = {value.item: value for value in change.former_values}
    return [
        Difference(
            label=labels.get(value.item, value.item),
            before=_said(before.get(value.item), words),
            after=_said(value, words),
        )
        for value in change.values
    ]


def _said(value: Value | None, words: Words) -> str:
    return grid.said(value, words) if value is not None else "–"
