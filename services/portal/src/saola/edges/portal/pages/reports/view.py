"""What the lists of reports show of the warehouse's answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from saola.apis.warehouse.v1.obligations_pb2 import ExpectedReport, ListExpectedReportsRequest
from saola.apis.warehouse.v1.submissions_pb2 import Submission
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words

State = Submission.State
KINDS = {
    State.STATE_UNSPECIFIED: "todo",
    State.STATE_DRAFT: "draft",
    State.STATE_SUBMITTED: "sent",
    State.STATE_RETURNED: "returned",
    State.STATE_APPROVED: "good",
    State.STATE_LOCKED: "good",
    State.STATE_UNLOCKED: "returned",
}
SHOWS = ("today", "open", "late", "sent")
AHEAD, RECENT, BEHIND = timedelta(days=40), timedelta(days=7), timedelta(days=90)
YEAR = timedelta(days=358)  # with what is ahead no more than may be asked for at once


@dataclass(frozen=True)
class Line:
    """One expected report. `report` is its page, once it is begun; `entry` where it is written."""

    title: str
    code: str
    agency: str
    period: str
    due: str
    kind: str
    word: str
    late: bool
    # Why it need not be sent, if so.
    exempt: str
    sent: str
    report: str
    entry: str


def words_of(words: Words) -> dict[State.ValueType, str]:
    _ = words._
    return {
        State.STATE_UNSPECIFIED: _("not begun"),
        State.STATE_DRAFT: _("being entered"),
        State.STATE_SUBMITTED: _("sent, to be approved"),
        State.STATE_RETURNED: _("to correct"),
        State.STATE_APPROVED: _("approved"),
        State.STATE_LOCKED: _("locked"),
        State.STATE_UNLOCKED: _("open again"),
    }


def line(one: ExpectedReport, words: Words, now: datetime) -> Line:
    path = [one.agency.removeprefix("agencies/"), one.form.removeprefix("forms/"), one.period]
    sent = one.HasField("submit_time")
    return Line(
        title=words.either(one.form_title_vi, one.form_title_en),
        code=one.form_code,
        agency=one.agency_title,
        period=formats.period(one.period, words.language),
        due=formats.when(one.due_time, words.language),
        kind=KINDS[one.state],
        word=words_of(words)[one.state],
        late=not one.exemption and _late(one, now),
        exempt=one.exemption_reason,
        sent=formats.when(one.submit_time, words.language) if sent else "",
        report=f"/{one.submission}" if one.submission else "",
        entry="/reports/" + "/".join(path),
    )


def _late(one: ExpectedReport, now: datetime) -> bool:
    if one.HasField("submit_time"):
        return not one.on_time
    return one.due_time.ToMilliseconds() <= now.timestamp() * 1000


def asked(show: str, words: str, now: datetime, page: str) -> ListExpectedReportsRequest:
    """`today`: due today; `open`: of these weeks, not sent; `late`: overdue for whatever long;
    `sent`: of a year, and what is due later but was sent already."""
    today = formats.local(now).date()
    first, last = today, today + timedelta(days=1)
    if show == "open":
        first, last = today - RECENT, today + AHEAD
    if show == "late":
        first = today - BEHIND
    if show == "sent":
        first, last = today - YEAR, today + AHEAD
    return ListExpectedReportsRequest(
        due_from=str(first),
        due_to=str(last),
        open=show in ("open", "late"),
        submitted=show == "sent",
        query=words.strip()[:100],
        page_size=50,
        page_token=page,
    )
