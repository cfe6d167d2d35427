"""The units among which a steward chooses: what they are called, and which report already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from saola.apis.identity.v1.agencies_pb2 import Agency
from saola.apis.warehouse.v1.obligations_pb2 import ListObligationsRequest
from saola.apis.warehouse.v1.obligations_pb2_grpc import ObligationsServiceStub
from saola.edges.portal import peers
from saola.edges.portal.readers import Reader
from saola.edges.portal.typed import Typed
from saola.kit.errors import DomainError

MOST: Final = 1000


@dataclass(frozen=True)
class Unit:
    """One that may be chosen; `since`: from when on it has to report by the form already."""

    name: str
    title: str
    since: str


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
    return {one.agency: one.valid_from for one in answer.obligations}


async def refused(reader: Reader, typed: Typed, refusal: DomainError) -> None:
    """At its field, or above; an agency is told by its title."""
    typed.refused(refusal, reader.words)
    if name := str(refusal.facts.get("agency", "")):
        title = await peers.agency_title(reader.call, name)
        typed.trouble = typed.trouble.replace(name, title or name)
