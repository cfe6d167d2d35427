"""The route of what browsers fetch once: packed, and kept for a year."""

from pathlib import Path

from fastapi import APIRouter, Request, Response

from saola.edges.portal.assets import STATIC
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
    file = STATIC / Path(name).name
    if file.suffix not in TYPES or not file.is_file():
        return Response(status_code=404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    accepted = request.headers.get("accept-encoding", "")
    for token, end in PACKED:
        packed = file.with_name(file.name + end)
        if token in accepted and packed.is_file():
            headers["content-encoding"] = token
            return Response(packed.read_bytes(), media_type=TYPES[file.suffix], headers=headers)
    return Response(file.read_bytes(), media_type=TYPES[file.suffix], headers=headers)
