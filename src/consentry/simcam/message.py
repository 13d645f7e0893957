"""RTSP 1.0 messages (RFC 2326): reading requests, writing answers."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
}
_LONGEST = 64 << 10


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in lower case."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The URL's path without slashes at its ends, percent-decoding done."""
        return unquote(urlsplit(self.url).path).strip("/")


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """Read the next request, passing over interleaved packets; None at the end of the connection.

    Raises ValueError for what is no RTSP.
    """
    try:
        while (first := await reader.readexactly(1)) == b"$":
            head = await reader.readexactly(3)
            await reader.readexactly(int.from_bytes(head[1:], "big"))
        text = (first + await reader.readuntil(b"\r\n\r\n")).decode()
        start, *lines = text.strip("\r\n").split("\r\n")
        method, url, _ = start.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", 0))
        if not 0 <= length <= _LONGEST:
            message = "The request's body is too long."
            raise ValueError(message)
        await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except asyncio.LimitOverrunError as error:
        message = "The request has no end."
        raise ValueError(message) from error
    return Request(method, url, headers)


def answer(
    request: Request, status: int, headers: dict[str, str] | None = None, *, body: bytes = b""
) -> bytes:
    """Return the answer to ``request`` as bytes."""
    lines = [f"RTSP/1.0 {status} {_REASONS[status]}", f"CSeq: {request.headers.get('cseq', '0')}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode() + body
