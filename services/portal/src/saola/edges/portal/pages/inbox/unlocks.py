"""Requests to open a report again that wait for the reader's decision."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from saola.apis.warehouse.v1.unlocks_pb2 import ListUnlocksRequest, Unlock
from saola.edges.portal import formats, peers
from saola.edges.portal.pages.submissions.unlocking import may_decide
from saola.edges.portal.readers import Reader

MOST = 50


@dataclass(frozen=True)
class Line:
    id: str
    path: str
    title: str
    agency: str
    period: str
    reason: str
    asked: str


async def waiting(reader: Reader) -> Sequence[Line]:
    """Of those that are asked for, what the reader may decide about; the newest first."""
    call, words = reader.call, reader.words
    asked = ListUnlocksRequest(state=Unlock.STATE_REQUESTED, page_size=MOST)
    found = await peers.unlocks(call, asked)
    names = sorted({one.form for one in found})
    forms = await asyncio.gather(*(peers.form(call, name) for name in names))
    known = dict(zip(names, forms, strict=True))
    mine = [one for one in found if may_decide(one, known[one.form], call.caller)]
    homes = sorted({one.agency for one in mine})
    titles = await asyncio.gather(*(peers.agency_title(call, name) for name in homes))
    called = dict(zip(homes, titles, strict=True))
    return [
        Line(
            id=one.name.replace("/", "-"),
            path=f"/{one.submission}#unlock",
            title=words.either(known[one.form].title_vi, known[one.form].title_en),
            agency=called[one.agency],
            period=formats.period(one.period, words.language),
            reason=one.reason,
            asked=formats.when(one.create_time, words.language),
        )
        for one in mine
    ]
