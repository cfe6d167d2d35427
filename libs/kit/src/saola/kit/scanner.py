"""The malware scanner: clamd, over TCP, by its INSTREAM command (clamd(8))."""

import asyncio
from enum import Enum
from pathlib import Path

import structlog

PIECE = 1 << 18  # bytes
PATIENCE = 60  # seconds, for one file
log = structlog.get_logger()


class Verdict(Enum):
    """What became of a file. One that could not be looked at waits in quarantine."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    HARMFUL = "harmful"


class Scanner:
    """At `address` as host:port. Without an address nothing is scanned."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def look(self, path: Path) -> Verdict:
        if not self._address:
            return Verdict.ACCEPTED
        try:
            async with asyncio.timeout(PATIENCE):
                said = await self._ask(path)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            log.warning("the scanner does not answer", error=type(error).__name__)
            return Verdict.QUARANTINED
        if said == "stream: OK":
            return Verdict.ACCEPTED
        if said.endswith(" FOUND"):
            log.warning("a harmful file", found=said)
            return Verdict.HARMFUL
        log.warning("the scanner could not look", said=said)
        return Verdict.QUARANTINED

    async def _ask(self, path: Path) -> str:
        host, _, port = self._address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(b"zINSTREAM\0")
            with path.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE):
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode(errors="replace").strip()
        finally:
            writer.close()
