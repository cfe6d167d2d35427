"""What browsers fetch once: files named by their content, as `make setup` built them."""

import json
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}
PACKED = (("br", ".br"), ("gzip", ".gz"))
router = APIRouter()


@cache
def _manifest() -> dict[str, str]:
    try:
        names: dict[str, str] = json.loads((STATIC / "manifest.json").read_text())
    except FileNotFoundError:
        raise FileNotFoundError("The portal's files are not built: run `make setup`.") from None
    return names


def asset(name: str) -> str:
    """The address of a file by its plain name: `portal.css`."""
    return f"/static/{_manifest()[name]}"


@cache
def icon(name: str) -> Markup:
    use = Markup('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>')
    return use.format(asset("icons.svg"), name)


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
