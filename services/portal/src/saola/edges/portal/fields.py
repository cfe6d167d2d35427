"""The fields (lĩnh vực) of a site: their order, what they are called, and their signs."""

from typing import Final

from saola.edges.portal.i18n import Words

SIGNS: Final = {
    "economy": "chart-line",
    "budget": "coin",
    "procedures": "clipboard-text",
    "feedback": "message-report",
    "documents": "files",
    "education": "school",
    "health": "heartbeat",
    "tourism": "beach",
    "security": "device-cctv",
}
OTHER: Final = "list"


def titles(words: Words) -> dict[str, str]:
    """By the keys that the dictionary uses, in the order in which they are shown."""
    _ = words._
    return {
        "economy": _("Economy and society"),
        "budget": _("Budget"),
        "procedures": _("Public services"),
        "feedback": _("Citizens' feedback"),
        "documents": _("Electronic documents"),
        "education": _("Education"),
        "health": _("Health"),
        "tourism": _("Tourism"),
        "security": _("Security and traffic"),
    }


def title(key: str, words: Words) -> str:
    """One that the portal does not know is called by its key."""
    return titles(words).get(key, key or words._("Other"))
