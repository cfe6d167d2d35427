"""Files of agencies: content in the store under its SHA-256, and a row that says whose it is.

The row comes first, then the bytes, then the row says that they are there. Whoever is killed in
between leaves a row that still says `arriving`; the purge clears it away with its bytes.
"""

import asyncio
import hashlib
import io
import re
import tempfile
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from saola.kit.access import Caller
from saola.kit.errors import FileQuarantined, FileTooLarge, InvalidField, NotFound
from saola.kit.scanner import Scanner, Verdict
from saola.kit.service import Service
from saola.kit.tables import files
from saola.options.v1 import files_pb2

SHA256 = re.compile(r"[0-9a-f]{64}")
MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}(;.{0,100})?", re.ASCII)


class Asking(Protocol):
    """What files need of a call."""

    @property
    def service(self) -> Service: ...
    @property
    def caller(self) -> Caller: ...
    @property
    def now(self) -> datetime: ...
    def unit(self, *, system: str = "") -> AbstractAsyncContextManager[Any]: ...
    def read(self, *, system: str = "") -> AbstractAsyncContextManager[Any]: ...


@dataclass(frozen=True)
class Meta:
    """What is told of a file: whose it is, of what type, and what it is called."""

    agency: UUID
    media_type: str
    file_name: str

    def __post_init__(self) -> None:
        if not MEDIA_TYPE.fullmatch(self.media_type):
            raise InvalidField(field="media_type")
        if not 0 < len(self.file_name) <= 255 or not self.file_name.isprintable():
            raise InvalidField(field="file_name")
        if "/" in self.file_name or "\\" in self.file_name:
            raise InvalidField(field="file_name")


class Files:
    """The files that a caller may see. One of another agency is as if it were not there."""

    def __init__(self, call: Asking) -> None:
        self._call = call
        caller = call.caller
        self._system = f"files for {caller.service}" if caller.service else ""

    async def put(
        self, data: bytes, *, agency: UUID, media_type: str, file_name: str
    ) -> files_pb2.File:
        """Keeps `data`; the same twice is kept once. FileTooLarge, InvalidField, FileQuarantined;
        PermissionDenied for an agency that the caller does not see."""
        if len(data) > self._call.service.platform.file_limit:
            raise FileTooLarge(most=self._call.service.platform.file_limit)
        meta = Meta(agency, media_type, file_name)
        with tempfile.NamedTemporaryFile(prefix="saola-") as kept:
            path = Path(kept.name)
            await asyncio.to_thread(path.write_bytes, data)
            return await self.take(path, hashlib.sha256(data).hexdigest(), len(data), meta)

    async def take(self, path: Path, sha256: str, size: int, meta: Meta) -> files_pb2.File:
        """Keeps what stands in `path`, of that hash and size."""
        row = {"sha256": sha256, "size": size, "uploader": self._call.caller.id, **vars(meta)}
        row |= {"state": "arriving", "at": self._call.now}
        arriving = insert(files).values(row)
        arriving = arriving.on_conflict_do_update(
            index_elements=["agency", "sha256"],
            where=files.c.state == "arriving",
            set_={"at": self._call.now},
        )
        async with self._call.unit(system=self._system) as unit:
            await unit.session.execute(select(func.pg_advisory_xact_lock_shared(lock_of(sha256))))
            await unit.session.execute(arriving)
        verdict = await Scanner(self._call.service.platform.scanner).look(path)
        if verdict is not Verdict.HARMFUL:
            await self._call.service.store.put(path, sha256)
        async with self._call.unit(system=self._system) as unit:
            mine = [files.c.agency == meta.agency, files.c.sha256 == sha256]
            if verdict is Verdict.QUARANTINED:  # what was accepted before stays so
                mine.append(files.c.state != Verdict.ACCEPTED.value)
            await unit.session.execute(update(files).where(*mine).values(state=verdict.value))
            subject, facts = f"files/{sha256}", {"size": size, "verdict": verdict.value}
            unit.audit("file.kept", subject=subject, agency=meta.agency, **facts)
        if verdict is Verdict.HARMFUL:
            raise FileQuarantined(file=meta.file_name)
        return files_pb2.File(
            sha256=sha256, size=size, media_type=meta.media_type, file_name=meta.file_name
        )

    async def get(self, sha256: str) -> bytes:
        """The bytes, verified. NotFound unless the caller sees an agency that has the file."""
        await self.find(sha256)
        content = io.BytesIO()
        await self._call.service.store.get(sha256, content)
        return content.getvalue()

    async def drop(self, sha256: str, *, agency: UUID) -> None:
        """An agency keeps it no more; the bytes go with the last that does. Nothing, if it is
        gone."""
        async with self._call.unit(system=self._system) as unit:
            # Whoever sends the same now waits with their row, see `take`.
            await unit.session.execute(select(func.pg_advisory_xact_lock(lock_of(sha256))))
            its = files.c.sha256 == sha256
            await unit.session.execute(delete(files).where(its, files.c.agency == agency))
            if not await unit.rows(select(files.c.agency).where(its).limit(1)):
                await self._call.service.store.remove(sha256)
            unit.audit("file.dropped", subject=f"files/{sha256}", agency=agency)

    async def find(self, sha256: str) -> files_pb2.File:
        """What is known of a file that may be read. NotFound, FileQuarantined."""
        if not SHA256.fullmatch(sha256):
            raise NotFound(name=f"files/{sha256[:64]}")
        async with self._call.read(system=self._system) as unit:
            rows = await unit.rows(_known(sha256))
        if not rows:
            raise NotFound(name=f"files/{sha256}")
        row = rows[0]
        if row.state != Verdict.ACCEPTED.value:
            raise FileQuarantined(file=row.file_name)
        return files_pb2.File(
            sha256=sha256, size=row.size, media_type=row.media_type, file_name=row.file_name
        )


def lock_of(sha256: str) -> ColumnElement[int]:
    """The number of the lock under which rows of a file come, and its bytes go."""
    return func.hashtextextended(sha256, 0)


def _known(sha256: str) -> Select[Any]:
    """The rows of a file that has arrived; one that may be read comes first."""
    here = files.c.sha256 == sha256, files.c.state != "arriving"
    accepted_first = files.c.state != Verdict.ACCEPTED.value
    return select(files).where(*here).order_by(accepted_first, files.c.at).limit(1)
