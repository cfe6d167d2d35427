"""A source of the tests: a real HTTP server, which does as it is told, honestly or not."""

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
JSON, CSV, HTML = "application/json", "text/csv; charset=utf-8", "text/html; charset=utf-8"


@dataclass(frozen=True)
class Reply:
    """What is answered next; `missing` bytes of its end never come."""

    body: bytes = b"{}"
    type: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    # Held back until this is set.
    until: threading.Event | None = None


@dataclass
class Source:
    """Answers with `reply`, but first with what stands in `next`, by the path and query asked."""

    url: str = ""
    reply: Reply | Callable[[str], Reply] = field(default_factory=Reply)
    next: list[Reply] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def say(self, text: str, type: str = JSON) -> None:
        self.reply = Reply(text.encode(), type)

    def answer(self, path: str) -> Reply:
        if self.next:
            return self.next.pop(0)
        return self.reply if isinstance(self.reply, Reply) else self.reply(path)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever has asked hangs up when they have heard enough."""


@contextmanager
def source(tls: ssl.SSLContext | None = None) -> Iterator[Source]:
    """One that listens on a port of loopback meanwhile."""
    told = Source()

    def get(self: BaseHTTPRequestHandler) -> None:
        told.asked.append(self.path)
        told.headers.append({key.lower(): value for key, value in self.headers.items()})
        reply = told.answer(self.path)
        if reply.until:
            reply.until.wait(20)
        self.send_response(reply.status)
        if reply.type:
            self.send_header("content-type", reply.type)
        self.send_header("content-length", str(len(reply.body)))
        for key, value in reply.headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) - reply.missing])

    quiet = {"do_GET": get, "log_message": lambda *_: None}
    server = Server((HOST, 0), type("Handler", (BaseHTTPRequestHandler,), quiet))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "https" if tls else "http"
    told.url = f"{scheme}://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def zipped(body: bytes) -> Reply:
    return Reply(gzip.compress(body), headers={"content-encoding": "gzip"})


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """What a source signs itself, for whoever is to trust it, and the source's side of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    its = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(its, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    whole, shown = folder / "source.pem", folder / "shown.pem"
    whole.write_bytes(secret + signed.public_bytes(pem))
    shown.write_bytes(signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return shown, context
