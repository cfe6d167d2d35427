"""A front that ends TLS before the portal, as an ingress does, with a certificate of its own."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
PIECE = 1 << 16


def _certificate(folder: Path) -> Path:
    """A key and what it signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    address = x509.IPAddress(ip_address(HOST))
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file = folder / "front.pem"
    file.write_bytes(secret + signed.public_bytes(pem))
    return file


async def _pour(source: asyncio.StreamReader, into: asyncio.StreamWriter) -> None:
    while piece := await source.read(PIECE):
        into.write(piece)
        await into.drain()


@asynccontextmanager
async def front(folder: Path, port: int, behind: int) -> AsyncIterator[None]:
    """Answers https on `port` meanwhile, with what the portal on port `behind` says."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))

    async def serve(asks: asyncio.StreamReader, hears: asyncio.StreamWriter) -> None:
        answers, portal = await asyncio.open_connection(HOST, behind)
        ways = [
            asyncio.ensure_future(_pour(asks, portal)),
            asyncio.ensure_future(_pour(answers, hears)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        portal.close()
        hears.close()

    async with await asyncio.start_server(serve, HOST, port, ssl=context):
        yield
