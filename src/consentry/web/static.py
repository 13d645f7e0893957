"""The built page, read into memory once: a few hundred kilobytes, ready gzipped.

``/`` and every deep link answer ``index.html`` (asked for again each time, by ETag), links to
shared clips (``/s/*``) ``share.html``, whether they are good or not; ``/assets/*`` carry a hash in
their names and stay in the browser's cache for ever. The icon keeps for a day: browsers ask for it
again whenever the page's address changes, and while somebody drags along the timeline it changes
five times a second. Nothing outside the folder can be reached, because nothing outside it was read.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from consentry.web.errors import Code, failure

FOLDER = Path(__file__).parent / "static"

_COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"

_NOT_BUILT = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Consentry</title></head>
<body><h1>The page is not built</h1>
<p>The hub is running and its API answers under <a href="/api/openapi.json">/api</a>, but this copy
of Consentry carries no page. In a checkout, run <code>make setup</code> and start it again; an
installed wheel always has it.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    gzipped: bytes | None
    media_type: str
    etag: str
    cache: str


class Page:
    """An ASGI endpoint for everything that is not the API."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the built files; none at all is not an error, the page then says so."""
        self._files = {
            "/" + path.relative_to(folder).as_posix(): _read(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    async def __call__(self, request: Request) -> Response:
        """Answer a path with its file, or with the page itself for a deep link."""
        path = request.url.path
        if path.startswith("/api/"):
            return failure(404, Code.NOT_FOUND, "There is nothing at this address.")
        file = self._files.get(path)
        if file is None and "." not in path.rpartition("/")[2]:
            file = self._files.get("/share.html" if path.startswith("/s/") else "/index.html")
            if file is None:
                return Response(_NOT_BUILT, 503, media_type="text/html")
        if file is None:
            return Response("There is no such file.", 404, media_type="text/plain")
        return _answer(request, file)


def _answer(request: Request, file: _File) -> Response:
    headers = {"ETag": file.etag, "Cache-Control": file.cache, "Vary": "Accept-Encoding"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    body = file.body
    if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = file.gzipped
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, media_type=file.media_type)


def _read(path: Path, folder: Path) -> _File:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    gzipped = gzip.compress(body, mtime=0) if media_type.startswith(_COMPRESSED) else None
    hashed = path.relative_to(folder).parts[0] == "assets"
    return _File(
        body=body,
        gzipped=gzipped if gzipped is not None and len(gzipped) < len(body) else None,
        media_type=media_type,
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',  # weak: the same for gzip and plain
        cache=_FOR_EVER if hashed else _FOR_A_DAY if path.suffix == ".svg" else "no-cache",
    )
