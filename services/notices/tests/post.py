"""A mail server and a gateway of the tests: real ones, that do as they are told."""

import asyncio
import json
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


@dataclass
class Mailbox:
    """What a mail server was sent, and what it answers next to a recipient or to a whole mail."""

    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_mail: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    async def recipient(
        self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def mail(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        if self.to_mail:
            return self.to_mail.pop(0)
        mail = message_from_bytes(bytes(envelope.content or b""), policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


class Hooks:
    """What aiosmtpd asks, under the names by which it asks."""

    def __init__(self, mailbox: Mailbox) -> None:
        vars(self).update(handle_RCPT=mailbox.recipient, handle_DATA=mailbox.mail)


@asynccontextmanager
async def mail_server(
    mailbox: Mailbox, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
) -> AsyncIterator[Mailbox]:
    """Takes mails on a port meanwhile; with STARTTLS, and only from who signs in, where asked."""
    expected = tuple(word.encode() for word in login) if login else None

    def check(_: Any, __: Any, ___: Any, ____: Any, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == expected, handled=False)

    def begin() -> SMTP:
        return SMTP(
            Hooks(mailbox),
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=check,
            auth_required=login is not None,
            loop=asyncio.get_running_loop(),
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(begin, HOST, mailbox.port)
    mailbox.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mailbox


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """What a server signs itself, for whoever is to trust it, and the server's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    whole, shown = folder / "mail.pem", folder / "shown.pem"
    whole.write_bytes(secret + signed.public_bytes(pem))
    shown.write_bytes(signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return shown, context


@dataclass
class Calls:
    """What a gateway was sent, and with what status and headers it answers next."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]


@contextmanager
def gateway() -> Iterator[Calls]:
    """An HTTP server in a thread."""
    calls = Calls()

    def post(self: BaseHTTPRequestHandler) -> None:
        calls.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        calls.headers.append({key.lower(): value for key, value in self.headers.items()})
        status, more = calls.answers.pop(0) if calls.answers else (204, {})
        self.send_response(status)
        for key, value in more.items():
            self.send_header(key, value)
        self.end_headers()

    quiet = {"do_POST": post, "log_message": lambda *_: None}
    handler = type("Handler", (BaseHTTPRequestHandler,), quiet)
    server = ThreadingHTTPServer((HOST, 0), handler)
    calls.url = f"http://{HOST}:{server.server_address[1]}/messages"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield calls
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
