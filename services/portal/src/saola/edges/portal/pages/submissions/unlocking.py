"""Opening a decided report again: who may ask, who may decide, until when; and what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from pydantic import BaseModel

from saola.apis.warehouse.v1.forms_pb2 import Form
from saola.apis.warehouse.v1.submissions_pb2 import Submission
from saola.apis.warehouse.v1.unlocks_pb2 import (
    GrantUnlockRequest,
    RefuseUnlockRequest,
    RequestUnlockRequest,
    Unlock,
)
from saola.apis.warehouse.v1.unlocks_pb2_grpc import UnlocksServiceStub
from saola.edges.portal import formats
from saola.edges.portal.i18n import Words
from saola.edges.portal.readers import Reader
from saola.kit.access import Caller
from saola.kit.errors import InvalidField

CLOSED: Final = (Submission.STATE_APPROVED, Submission.STATE_LOCKED)
HOURS: Final = timedelta(hours=4)
DAYS: Final = (1, 3, 7, 14, 29)  # the warehouse opens nothing for more than 30 days
EVENING: Final = time(17)


class Asked(BaseModel):
    """The forms around an unlock: asking for it, granting and refusing it."""

    do: str = ""
    unlock: str = ""
    etag: str = ""
    reason: str = ""
    until: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class Standing:
    """How it stands with opening one report again. `waiting`: the request to be decided; `last`:
    the latest that was refused, as long as nothing came after it."""

    waiting: Unlock | None
    refused: Unlock | None
    may_ask: bool
    may_decide: bool


def standing(unlocks: Sequence[Unlock], report: Submission, form: Form, caller: Caller) -> Standing:
    latest = unlocks[0] if unlocks else None
    waiting = latest if latest and latest.state == Unlock.STATE_REQUESTED else None
    refused = latest if latest and latest.state == Unlock.STATE_REFUSED else None
    return Standing(
        waiting=waiting,
        refused=refused,
        may_ask=waiting is None
        and report.state in CLOSED
        and bool(caller.roles & {"reporter", "approver"}),
        may_decide=waiting is not None and may_decide(waiting, form, caller),
    )


def may_decide(unlock: Unlock, form: Form, caller: Caller) -> bool:
    """Stewards, and approvers of the last level; nobody about what they ask themselves. The
    warehouse judges; a page only offers what it is likely to allow."""
    if unlock.requester == f"officials/{caller.id}":
        return False
    if "steward" in caller.roles:
        return True
    if "approver" not in caller.roles:
        return False
    where = form.levels[-1].where if form.levels else Form.Level.WHERE_ANY
    own = [f"agencies/{one}" == unlock.agency for one in caller.agencies]
    return {
        Form.Level.WHERE_OWN: any(own),
        Form.Level.WHERE_SUPERIOR: not all(own),
    }.get(where, True)


def ends(now: datetime, words: Words) -> list[tuple[str, str]]:
    """Until when it may be open: as it is sent, and as it is said."""
    soon = (now + HOURS).replace(minute=0, second=0, microsecond=0)
    today = formats.local(now).date()
    later = [
        datetime.combine(today + timedelta(days=days), EVENING, formats.HOURS) for days in DAYS
    ]
    return [
        (end.astimezone(UTC).isoformat(), formats.when(end, words.language))
        for end in (soon, *later)
    ]


async def ask(reader: Reader, report: str, sent: Asked) -> None:
    request = RequestUnlockRequest(
        submission=report, reason=sent.reason.strip(), request_id=sent.request_id
    )
    await reader.call.peer(UnlocksServiceStub).RequestUnlock(request)


async def decide(reader: Reader, sent: Asked) -> None:
    stub = reader.call.peer(UnlocksServiceStub)
    if sent.do == "grant":
        grant = GrantUnlockRequest(
            name=sent.unlock, etag=sent.etag, end_time=_end(sent), request_id=sent.request_id
        )
        await stub.GrantUnlock(grant)
        return
    refuse = RefuseUnlockRequest(
        name=sent.unlock,
        etag=sent.etag,
        reason=sent.reason.strip(),
        request_id=sent.request_id,
    )
    await stub.RefuseUnlock(refuse)


def _end(sent: Asked) -> Timestamp:
    try:
        end = datetime.fromisoformat(sent.until)
    except ValueError:
        raise InvalidField(field="end_time") from None
    stamp = Timestamp()
    stamp.FromDatetime(end.astimezone(UTC))
    return stamp
