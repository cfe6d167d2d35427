"""The gRPC face of the notes service."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from saola.apis.notes.v1 import notes_pb2 as pb
from sqlalchemy import Row, bindparam, func, select, text

from saola.kit.call import Call, ReadUnit, Unit
from saola.kit.database import Compiled
from saola.kit.names import id_of, name_of
from saola.kit.once import once
from saola.kit.paging import page
from saola.kit.rpc import Api
from saola.kit.tables import etag_of

from .models import Note

notes = Api(pb.DESCRIPTOR.services_by_name["NotesService"])
GET = Compiled(select(Note.__table__).where(Note.id == bindparam("id")))
COUNT = select(func.count()).select_from(Note)


@notes
async def WriteNote(unit: Unit, request: pb.WriteNoteRequest) -> pb.Note:
    given = request.note
    agency = id_of("agencies", given.agency)
    note = Note(agency=agency, text=given.text, code=given.code or None, created_at=unit.now)
    await unit.add(note)
    unit.emit(pb.NoteWritten(note=note.name, text=note.text))
    return to_pb(note)


@notes
async def ChangeNote(unit: Unit, request: pb.ChangeNoteRequest) -> pb.Note:
    note = await unit.get(Note, request.name)
    note.check_etag(request.etag)
    note.text = request.text
    return to_pb(await unit.save(note))


@notes
async def GetNote(unit: ReadUnit, request: pb.GetNoteRequest) -> pb.Note:
    return to_pb(await unit.find(Note, request.name))


@notes
async def ListNotes(unit: ReadUnit, request: pb.ListNotesRequest) -> pb.ListNotesResponse:
    where = [Note.text == request.text] if request.text else []
    order = Note.text if request.by_text else None
    size, token = request.page_size, request.page_token
    rows, token = await page(unit, Note, size, token, *where, order=order)
    return pb.ListNotesResponse(notes=map(to_pb, rows), next_page_token=token)


@notes
async def CountNotesOfAgency(
    unit: ReadUnit, request: pb.CountNotesRequest
) -> pb.CountNotesResponse:
    return pb.CountNotesResponse(count=(await unit.rows(COUNT))[0][0])


@notes
async def CountNotesOfSite(unit: ReadUnit, request: pb.CountNotesRequest) -> pb.CountNotesResponse:
    return pb.CountNotesResponse(count=(await unit.rows(COUNT))[0][0])


@notes
async def ImportNotes(
    call: Call, requests: AsyncIterator[pb.ImportNotesRequest]
) -> pb.ImportNotesResponse:
    imported = 0
    async for batch in requests:
        imported += (await once(call, take_over, batch)).imported
    return pb.ImportNotesResponse(imported=imported)


async def take_over(unit: Unit, batch: pb.ImportNotesRequest) -> pb.ImportNotesResponse:
    agency = id_of("agencies", batch.agency)
    await unit.copy(Note, [{"agency": agency, "text": text, "code": None} for text in batch.texts])
    return pb.ImportNotesResponse(imported=len(batch.texts))


@notes
async def ExportNotes(call: Call, request: pb.ListNotesRequest) -> AsyncIterator[pb.Note]:
    token = ""
    while True:
        async with call.read() as unit:
            rows, token = await page(unit, Note, request.page_size, token)
        for row in rows:
            yield to_pb(row)
        if not token:
            return


@notes
async def Wait(unit: Unit, request: pb.WaitRequest) -> pb.WaitResponse:
    left = unit.patience
    await asyncio.sleep(request.before / 1000)
    unit.emit(pb.NoteWritten(note="notes/waited"))
    if request.within:
        await unit.session.execute(text(f"select pg_sleep({request.within / 1000})"))
    await asyncio.sleep(request.after / 1000)
    return pb.WaitResponse(left=int(left * 1000))


def to_pb(note: Note | Row[Any]) -> pb.Note:
    return pb.Note(
        name=name_of("notes", note.id),
        agency=name_of("agencies", note.agency),
        text=note.text,
        code=note.code or "",
        etag=etag_of(note.version),
    )
