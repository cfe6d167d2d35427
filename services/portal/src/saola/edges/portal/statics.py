"""The route of what browsers fetch once: packed, and kept for a year."""

from pathlib import Path

from fastapi import APIRouter, Request, Response

from saola.edges.portal.assets import STATIC, of_any_release
from saola.edges.portal.guard import Page

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
PACKED = (("br", ".br"), ("gzip", ".gz"))
router = APIRouter(route_class=Page)


@router.get("/static/{name}")
def serve(request: Request, name: str) -> Response:
    file, kept = STATIC / Path(name).name, "public, max-age=31536000, immutable"
    if file.suffix not in TYPES:
        return Response(status_code=404)
    if not file.is_file():
        if (other := of_any_release(file.name)) is None:
            return Response(status_code=404)
        file, kept = STATIC / other, "no-store"
    headers = {"cache-control": kept, "vary": "accept-encoding"}
    accepted = request.headers.get("accept-encoding", "")
    for token, end in PACKED:
        packed = file.with_name(file.name + end)
        if token in accepted and packed.is_file():
            headers["content-encoding"] = token
            return Response(packed.read_bytes(), media_type=TYPES[file.suffix], headers=headers)
    return Response(file.read_bytes(), media_type=TYPES[file.suffix], headers=headers)
