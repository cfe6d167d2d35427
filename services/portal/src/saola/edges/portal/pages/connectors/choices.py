"""What may be chosen of a connector, and how it goes, in words."""

from saola.apis.connectors.v1.connectors_pb2 import Connector, ListConnectorsRequest
from saola.apis.connectors.v1.runs_pb2 import Run
from saola.edges.portal.i18n import Words

Choices = list[tuple[str, str]]


def methods(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (Connector.METHOD_NONE, _("none")),
        (Connector.METHOD_BASIC, _("name and password (HTTP Basic)")),
        (Connector.METHOD_BEARER, _("access token (Bearer)")),
        (Connector.METHOD_API_KEY, _("key in a header")),
    )


def formats(_: Words) -> Choices:
    return _numbered((Connector.FORMAT_JSON, "JSON"), (Connector.FORMAT_CSV, "CSV"))


def numbers(_: Words) -> Choices:
    return _numbered(
        (Connector.NUMBERS_UNSPECIFIED, "1234.5"),
        (Connector.NUMBERS_COMMA, "1.234,5"),
        (Connector.NUMBERS_POINT, "1,234.5"),
    )


def delimiters(words: Words) -> Choices:
    _ = words._
    return [(",", _("comma (,)")), (";", _("semicolon (;)")), ("\\t", _("tab")), ("|", "|")]


def encodings(_: Words) -> Choices:
    return [(one, one) for one in ("utf-8", "utf-16", "windows-1258", "windows-1252")]


def lags(words: Words) -> Choices:
    _ = words._
    further = [
        (str(n), words.ngettext("%(num)s period back", "%(num)s periods back", n))
        for n in (2, 3, 6, 12)
    ]
    return [("0", _("the current period")), ("1", _("the period before")), *further]


def health(words: Words) -> dict[int, tuple[str, str]]:
    """Kind of light and word."""
    _ = words._
    return {
        Connector.HEALTH_GOOD: ("good", _("good")),
        Connector.HEALTH_PARTLY: ("watch", _("taken over in part")),
        Connector.HEALTH_FAILED: ("bad", _("failed")),
        Connector.HEALTH_PAUSED: ("none", _("paused")),
        Connector.HEALTH_UNSPECIFIED: ("none", _("has not run yet")),
    }


def states(words: Words) -> dict[int, tuple[str, str]]:
    """The same of runs."""
    _ = words._
    return {
        Run.STATE_WAITING: ("none", _("waiting")),
        Run.STATE_RUNNING: ("none", _("running")),
        Run.STATE_SUCCEEDED: ("good", _("good")),
        Run.STATE_PARTLY: ("watch", _("taken over in part")),
        Run.STATE_FAILED: ("bad", _("failed")),
    }


def triggers(words: Words) -> dict[int, str]:
    _ = words._
    return {Run.TRIGGER_SCHEDULE: _("by the schedule"), Run.TRIGGER_PERSON: _("asked for")}


def orders(words: Words) -> Choices:
    _ = words._
    return _numbered(
        (ListConnectorsRequest.ORDER_UNSPECIFIED, _("Name")),
        (ListConnectorsRequest.ORDER_FAILURES, _("Failures")),
        (ListConnectorsRequest.ORDER_LAST_RUN, _("Last run")),
    )


def _numbered(*pairs: tuple[int, str]) -> Choices:
    return [(str(number), text) for number, text in pairs]
