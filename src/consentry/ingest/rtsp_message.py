"""RTSP 1.0 messages (RFC 2326) as a client reads and writes them."""

import re
from dataclasses import dataclass
from typing import Self

LONGEST_HEAD, LONGEST_BODY = 16 << 10, 256 << 10
"""Bytes. A session description has a few hundred, a head as many."""

_VERSION = re.compile(r"RTSP/\d\.\d (\d{3})(?: (.*))?$")
_LENGTH = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$")
_NUMBER = re.compile(r"[0-9]{1,9}")
_SPOKEN = re.compile(r"[^ -~]+")
_LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class Message:
    """An answer (``status`` not 0) or a request of the server's; header names in lower case."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str:
        """Return the first header of a name; empty when there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Return every header of a name."""
        return [value for known, value in self.headers if known == name]

    @property
    def number(self) -> int | None:
        """Return CSeq; None where there is none."""
        text = self.header("cseq")
        return int(text) if _NUMBER.fullmatch(text) else None

    @classmethod
    def parse(cls, head: bytes, body: bytes) -> Self:
        """Read a whole message; what is no header line is left out."""
        start, *lines = head.decode("latin-1").splitlines() or [""]
        pairs = (line.partition(":") for line in lines)
        headers = tuple(
            (name.strip().lower(), value.strip()) for name, colon, value in pairs if colon
        )
        answer = _VERSION.match(start.strip())
        status = int(answer[1]) if answer else 0
        reason = answer[2] if answer and answer[2] else ""
        return cls(status, _SPOKEN.sub("", reason)[:_LONGEST_REASON], headers, body)


def body_length(head: bytes) -> int:
    """Return what a head announces."""
    found = _LENGTH.search(head)
    return int(found[1]) if found else 0


def request(method: str, uri: str, number: int, headers: dict[str, str]) -> bytes:
    """Return a request as bytes. Line breaks in a value would be further headers: they vanish."""
    lines = [f"{method} {uri} RTSP/1.0", f"CSeq: {number}", "User-Agent: Consentry"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    safe = (line.replace("\r", "").replace("\n", "") for line in lines)
    return "\r\n".join((*safe, "", "")).encode()


def not_implemented(asked: Message) -> bytes:
    """Return the answer to a request of the server's: it asks for nothing that we could do."""
    return f"RTSP/1.0 501 Not Implemented\r\nCSeq: {asked.number or 0}\r\n\r\n".encode()
