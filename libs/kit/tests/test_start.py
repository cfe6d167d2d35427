"""A service whose functions are not what its proto says does not start, and says why."""

import pytest

from saola.kit.access import WrongApi
from saola.kit.app import App, together
from saola.kit.call import ReadUnit, Unit
from saola.kit.rpc import Api
from saola.testing.plugin import World

from . import make
from .make import pb

SERVICE = pb.DESCRIPTOR.services_by_name["NotesService"]


async def test_an_rpc_without_a_function_is_named(world: World) -> None:
    lacking = Api(SERVICE)

    @lacking
    async def GetNote(unit: ReadUnit, request: pb.GetNoteRequest) -> pb.Note:  # noqa: N802
        raise NotImplementedError

    await world.site.database(make.app)
    app = App("notes", make.app.tables, apis=[lacking], package=make.app.package)
    with pytest.raises(WrongApi, match="lacks ChangeNote, CountNotesOfAgency"):
        async with together([app], world.platform()):
            pass


def test_a_function_without_an_rpc_is_named() -> None:
    async def GetNotes(unit: ReadUnit, request: pb.GetNoteRequest) -> pb.Note:  # noqa: N802
        raise NotImplementedError

    with pytest.raises(WrongApi, match="has no GetNotes"):
        Api(SERVICE)(GetNotes)


def test_a_function_of_other_types_is_named() -> None:
    async def GetNote(unit: Unit, request: pb.GetNoteRequest) -> pb.Note:  # noqa: N802
        raise NotImplementedError

    with pytest.raises(WrongApi, match="must take and return ReadUnit, GetNoteRequest, Note"):
        Api(SERVICE)(GetNote)
