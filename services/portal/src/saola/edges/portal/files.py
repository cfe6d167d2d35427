"""Bytes on their way between a browser and the files of a service, in pieces, never whole."""

import hashlib
from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

import httpx
from fastapi.responses import StreamingResponse
from google.protobuf.json_format import ParseDict
from starlette.background import BackgroundTask
from starlette.datastructures import UploadFile

from saola.edges.portal.edge import Edge
from saola.edges.portal.oidc import Unreachable
from saola.edges.portal.readers import Reader
from saola.kit.errors import FileTooLarge, NotFound
from saola.options.v1.files_pb2 import File

PIECE: Final = 1 << 16
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv"
PLAIN: Final = (".csv", ".tsv", ".txt")  # as tables in plain text are called


class Changed(Exception):
    """What the service has kept is not what the browser sent."""


def is_plain(sent: UploadFile) -> bool:
    """Whether it is called a table in plain text. Whether it is one, the service says."""
    return (sent.filename or "").casefold().endswith(PLAIN)


async def give(edge: Edge, reader: Reader, service: str, agency: str, sent: UploadFile) -> File:
    """Hands an upload on under the reader's name. The service's SHA-256 is checked against ours."""
    most = edge.settings.largest_upload
    if (sent.size or 0) > most:
        raise FileTooLarge(most=most)
    digest = hashlib.sha256()

    async def pieces() -> AsyncIterator[bytes]:
        while piece := await sent.read(PIECE):
            digest.update(piece)
            yield piece

    asked = {"agency": agency.removeprefix("agencies/"), "file_name": sent.filename or "-"}
    kind = CSV if is_plain(sent) else XLSX
    headers = _headers(reader) | {"content-type": kind, "content-length": str(sent.size or 0)}
    address = edge.settings.takes_files(service)
    try:
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.post(address, params=asked, content=pieces(), headers=headers)
            answer.raise_for_status()
    except httpx.HTTPError as error:
        raise Unreachable from error
    file = ParseDict(answer.json(), File(), ignore_unknown_fields=True)
    if file.sha256 != digest.hexdigest():
        raise Changed
    return file


async def fetch(edge: Edge, reader: Reader, service: str, file: File) -> StreamingResponse:
    """A file of a service, to be saved: a stranger's bytes are never shown."""
    client = httpx.AsyncClient(timeout=60)
    address = f"{edge.settings.takes_files(service)}/{file.sha256}"
    try:
        request = client.build_request("GET", address, headers=_headers(reader))
        answer = await client.send(request, stream=True)
    except httpx.HTTPError as error:
        await client.aclose()
        raise Unreachable from error
    if answer.status_code != 200:
        await client.aclose()
        raise NotFound(name=file.file_name) if answer.status_code == 404 else Unreachable
    named = quote(file.file_name or f"{file.sha256}.xlsx")
    return StreamingResponse(
        answer.aiter_bytes(PIECE),
        media_type=file.media_type or XLSX,
        headers={
            "content-disposition": f"attachment; filename*=UTF-8''{named}",
            "cache-control": "private, no-store",
        },
        background=BackgroundTask(client.aclose),
    )


def _headers(reader: Reader) -> dict[str, str]:
    return {
        "authorization": f"Bearer {reader.call.caller.token}",
        "accept-language": reader.words.language,
    }
