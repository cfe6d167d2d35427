"""What the tests of the kit are made of."""

from typing import Any
from uuid import UUID

from saola.testing.plugin import Person, World

from .notes.app import app  # makes the messages, so it comes first

from saola.apis.notes.v1 import notes_pb2 as pb  # isort: skip
from saola.apis.notes.v1.notes_pb2_grpc import NotesServiceStub  # isort: skip

__all__ = ["PARKS", "PROVINCE", "ROADS", "app", "ask", "pb", "reporter", "writing"]
PROVINCE, ROADS, PARKS = UUID(int=1), UUID(int=2), UUID(int=3)


async def run(world: World) -> None:
    """The notes service, which knows that roads and parks stand below the province."""
    await world.run(app)
    await world.lineage(PROVINCE)
    await world.lineage(ROADS, PROVINCE)
    await world.lineage(PARKS, PROVINCE)


def reporter(world: World, of: UUID = ROADS, **given: Any) -> Any:
    """What a reporter of an agency can ask."""
    return ask(world.person(f"reporter-{of.int}", "reporter", of=of, **given))


def leader(world: World, of: UUID) -> Any:
    return ask(world.person(f"leader-{of.int}", "leader", of=of))


def ask(person: Person) -> Any:
    return person.asks(NotesServiceStub)


def writing(
    text: str = "Ổ gà", request_id: str = "", of: UUID = ROADS, code: str = ""
) -> "pb.WriteNoteRequest":
    note = pb.Note(agency=f"agencies/{of}", text=text, code=code)
    return pb.WriteNoteRequest(note=note, request_id=request_id)
