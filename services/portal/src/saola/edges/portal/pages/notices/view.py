"""What the page of notices shows of the service's answers."""

from collections.abc import Collection
from dataclasses import dataclass

from saola.apis.notices.v1.deliveries_pb2 import (
    CHANNEL_EMAIL,
    CHANNEL_SMS,
    CHANNEL_WEBHOOK,
    Channel,
)
from saola.apis.notices.v1.notices_pb2 import Notice
from saola.apis.notices.v1.preferences_pb2 import Preferences
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words

MOST = 99  # more than that is many


@dataclass(frozen=True)
class Line:
    """One notice. `report` is where it leads; empty where the reader has nothing to do there.

    One about a connector leads to `connector`.
    """

    name: str
    path: str
    title: str
    body: str
    at: str
    urgent: bool
    read: bool
    report: str
    connector: str = ""


def line(one: Notice, words: Words, roles: Collection[str]) -> Line:
    return Line(
        name=one.name,
        path=f"/{one.name}",
        title=one.title,
        body=one.body,
        at=formats.when(one.create_time, words.language),
        urgent=one.urgent,
        read=one.HasField("read_time"),
        report=report_of(one.report, roles) if one.HasField("report") else "",
        connector=f"/{one.connector}" if one.connector else "",
    )


def report_of(report: Notice.Report, roles: Collection[str]) -> str:
    if report.submission:
        return f"/{report.submission}"
    if "reporter" not in roles:
        return ""  # who does not write it has no page of it until it is begun
    agency, form = report.agency.removeprefix("agencies/"), report.form.removeprefix("forms/")
    return f"/reports/{agency}/{form}/{report.period}"


def counted(count: int | None) -> str:
    """The number at the bell; nothing for none, and where it is not known."""
    return "" if not count else f"{MOST}+" if count > MOST else str(count)


def channels(words: Words) -> list[tuple[int, str, str]]:
    """The number of each, as what it is sent, and as what it is shown."""
    _ = words._
    shown = {
        CHANNEL_EMAIL: _("E-mail"),
        CHANNEL_SMS: _("Text message"),
        CHANNEL_WEBHOOK: _("The system of my agency"),
    }
    return [(one, Channel.Name(one), word) for one, word in shown.items()]


def digests(words: Words) -> list[tuple[int, str, str]]:
    _ = words._
    shown = {
        Preferences.DIGEST_SOON: _("After a few minutes, together"),
        Preferences.DIGEST_HOURLY: _("At the full hour"),
        Preferences.DIGEST_DAILY: _("Once a day, at 08:00"),
    }
    return [(one, Preferences.Digest.Name(one), word) for one, word in shown.items()]
