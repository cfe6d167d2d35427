"""Notices as they leave: a mail, a short message, a webhook."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Any, Final, Self
from uuid import UUID

from saola.services.notices.domain.preferences import Channel

MANY: Final = {"vi": "{count} thông báo mới", "en": "{count} new notices"}
MORE: Final = {"vi": " (và {count} thông báo khác)", "en": " (and {count} more)"}
OPEN: Final = {"vi": "Mở trên cổng điều hành", "en": "Open in the portal"}
WHY: Final = {
    "vi": "Thư tự động, vui lòng không trả lời. Cách nhận thông báo được đặt tại mục Thông báo.",
    "en": "Sent automatically; please do not reply. How you are told is set under Notices.",
}
LONGEST_SHORT: Final = 300  # letters of a short message
PAGE: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>
<body style="font-family:sans-serif;color:#1f2937;max-width:40rem;margin:0 auto;padding:1rem">
{parts}<p style="color:#6b7280;font-size:.85rem">{why}</p></body></html>
"""
PART: Final = """<h2 style="font-size:1.05rem;margin:1.25rem 0 .25rem">{title}</h2>
<p style="margin:0">{body}</p>
"""
LINK: Final = '<p style="margin:.25rem 0"><a href="{link}">{open}</a></p>\n'


@dataclass(frozen=True)
class Line:
    """One notice of a message, in one language."""

    notice: str
    kind: str
    title: str
    body: str
    urgent: bool
    path: str

    @classmethod
    def of(cls, row: Any, language: str) -> Self:  # a row of notices
        title, body = f"title_{language}", f"body_{language}"
        path = f"/notices/{row.id}"
        return cls(
            f"notices/{row.id}", row.kind, getattr(row, title), getattr(row, body), row.urgent, path
        )


@dataclass(frozen=True)
class Parcel:
    """What leaves for one official as one message."""

    message: UUID
    official: UUID
    channel: Channel
    language: str
    attempts: int
    lines: Sequence[Line]
    at: datetime

    @property
    def subject(self) -> str:
        if len(self.lines) == 1:
            return self.lines[0].title
        return MANY[self.language].format(count=len(self.lines))


def mail(parcel: Parcel, sender: Address, to: str, portal: str) -> EmailMessage:
    """Plain text and HTML. Whatever is sent again has the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = parcel.subject
    message["Date"] = format_datetime(parcel.at)
    message["Message-ID"] = f"<{parcel.message}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: holidays do not answer
    if any(line.urgent for line in parcel.lines):
        message["Importance"] = "high"
    message.set_content(_plain(parcel, portal), cte="quoted-printable")
    message.add_alternative(_html(parcel, portal), subtype="html", cte="quoted-printable")
    message.set_boundary(f"saola-{parcel.message.hex}")  # what is sent again is the same
    message["Content-Language"] = parcel.language
    return message


def short(parcel: Parcel) -> str:
    """The text of a short message: the first of the notices, and how many there are more."""
    more = len(parcel.lines) - 1
    end = MORE[parcel.language].format(count=more) if more else ""
    title, most = parcel.lines[0].title, LONGEST_SHORT - len(end)
    return (title if len(title) <= most else title[: most - 1] + "…") + end


def sms(parcel: Parcel, to: str) -> bytes:
    return _json("sms.requested", parcel, {"to": to, "text": short(parcel)})


def webhook(parcel: Parcel, portal: str) -> bytes:
    """No name and no address: who takes it knows the official by the id."""
    notices = [
        {
            "name": line.notice,
            "kind": str(line.kind),
            "title": line.title,
            "body": line.body,
            "urgent": line.urgent,
            "url": portal + line.path if portal else "",
        }
        for line in parcel.lines
    ]
    official = f"officials/{parcel.official}"
    said = {"official": official, "language": parcel.language, "notices": notices}
    return _json("notices.told", parcel, said)


def signed(message: UUID, body: bytes, secret: str, at: datetime) -> Mapping[str, str]:
    """The headers of Standard Webhooks 1.0, by its symmetric signature."""
    id, moment = f"msg_{message.hex}", str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    told = f"{id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }


def _json(type: str, parcel: Parcel, data: Mapping[str, Any]) -> bytes:
    said = {"type": type, "timestamp": parcel.at.isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(parcel: Parcel, portal: str) -> str:
    parts = []
    for line in parcel.lines:
        link = f"\n{portal}{line.path}" if portal else ""
        parts.append(f"{line.title}\n{line.body}{link}\n")
    return "\n".join([*parts, f"-- \n{WHY[parcel.language]}\n"])


def _html(parcel: Parcel, portal: str) -> str:
    parts = ""
    for line in parcel.lines:
        body = escape(line.body).replace("\n", "<br>")
        parts += PART.format(title=escape(line.title), body=body)
        if portal:
            parts += LINK.format(link=escape(portal + line.path), open=OPEN[parcel.language])
    subject, why = escape(parcel.subject), WHY[parcel.language]
    return PAGE.format(language=parcel.language, subject=subject, parts=parts, why=why)
