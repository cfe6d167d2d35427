"""The pages that one may go to, by the roles one has."""

from collections.abc import Collection
from dataclasses import dataclass

from saola.edges.portal.i18n import Words

EVERYBODY = ("reporter", "approver", "leader", "steward", "administrator")


@dataclass(frozen=True)
class Place:
    key: str
    path: str
    title: str
    icon: str


def beside(words: Words, roles: Collection[str]) -> list[Place]:
    """Pages that others lead to; the palette finds them too."""
    rates = Place("rates", "/rates", words._("Completeness and timeliness"), "chart-line")
    exempt = Place("exemptions", "/exemptions", words._("Exemptions"), "calendar")
    return [rates, exempt] if set(EVERYBODY) & set(roles) else []


def of(words: Words, roles: Collection[str]) -> list[Place]:
    _ = words._
    places = (
        (EVERYBODY, Place("overview", "/", _("Overview"), "layout-dashboard")),
        (EVERYBODY, Place("board", "/board", _("Live board"), "layout-grid")),
        (EVERYBODY, Place("indicators", "/indicators", _("Indicators"), "chart-line")),
        (
            ("reporter", "approver", "leader", "steward"),
            Place("budget", "/budget", _("Budget"), "coin"),
        ),
        (("steward",), Place("forms", "/forms", _("Forms"), "forms")),
        (("steward",), Place("connectors", "/connectors", _("Connectors"), "plug")),
        (("reporter",), Place("reports", "/reports", _("Reports"), "clipboard-text")),
        (("approver",), Place("inbox", "/inbox", _("Inbox"), "inbox")),
    )
    return [place for allowed, place in places if set(allowed) & set(roles)]
