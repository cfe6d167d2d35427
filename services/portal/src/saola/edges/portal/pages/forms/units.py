"""The units among which a steward chooses: what they are called, and which report already."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1.obligations_pb2 import ListObligationsRequest
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.edges.portal import formats, peers, titled
from saola.edges.portal.readers import Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError
from saola.kit.status import Refused

MOST: Final = 1000
Notes = Mapping[str, str]
NOTHING: Final[Notes] = {}
PLACE: Final = re.compile(r"agencies\[([0-9]+)\]")


@dataclass(frozen=True)
class Unit:
    """One that may be chosen; what is said beside it, and what is wrong with it."""

    name: str
    title: str
    note: str = ""
    wrong: str = ""


async def ticked(request: Request) -> tuple[Typed, list[str]]:
    """What was typed, and the units that were chosen."""
    said = await request.form(max_files=0, max_fields=2 * MOST)
    typed = Typed({key: value for key, value in said.items() if isinstance(value, str)})
    return typed, [name for name in dict.fromkeys(said.getlist("agency")) if isinstance(name, str)]


async def choice(
    reader: Reader,
    typed: Typed,
    chosen: Sequence[str],
    *,
    notes: Notes = NOTHING,
    wrong: Notes = NOTHING,
) -> dict[str, Any]:
    """What was typed and ticked stays; who is found stands below who is chosen."""
    known = await peers.find_agencies(reader.call, typed.of("q").strip()[:100], MOST)
    if typed.of("do") == "all":
        chosen = list(dict.fromkeys([*chosen, *(one.name for one in known)]))
    if typed.of("do") == "none":
        chosen = []
    called = await titles(reader, known, chosen)
    return {
        "chosen": [
            Unit(name, called[name], notes.get(name, ""), wrong.get(name, "")) for name in chosen
        ],
        "found": [
            Unit(one.name, one.display_name, notes.get(one.name, ""))
            for one in known
            if one.name not in chosen
        ],
        "known": bool(known),
        "more": len(known) == MOST,
    }


async def titles(reader: Reader, known: Sequence[Agency], chosen: Sequence[str]) -> dict[str, str]:
    found = {one.name: one.display_name for one in known}
    if not found.keys() >= set(chosen):
        everybody = await peers.find_agencies(reader.call, "", MOST)
        found |= {one.name: one.display_name for one in everybody}
    for name in set(chosen) - found.keys():
        found[name] = await peers.agency_title(reader.call, name) or name
    return found


async def owed(reader: Reader, form: UUID) -> dict[str, str]:
    """Who has to report by a form already, and since when."""
    asked = ListObligationsRequest(form=f"forms/{form}", open=True, page_size=MOST)
    answer = await reader.call.peer(ObligationsServiceStub).ListObligations(asked)
    words = reader.words
    return {
        one.agency: words._(
            "owes it already, from %(d)s", d=formats.period(one.valid_from, words.language)
        )
        for one in answer.obligations
    }


async def wrong(reader: Reader, refusal: DomainError, chosen: Sequence[str]) -> Notes:
    """What is wrong with each of those that were chosen."""
    violations = refusal.violations if isinstance(refusal, Refused) else ()
    return {
        chosen[int(place[1])]: await titled.told(reader, one.description)
        for one in violations
        if (place := PLACE.fullmatch(one.field))
    }
