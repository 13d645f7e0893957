"""One byte range of a file that is made as it is sent (RFC 9110, section 14)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """First and last byte, both included, as HTTP counts them."""

    first: int
    last: int


def byte_range(header: str | None, *, size: int) -> ByteRange | None:
    """Return the range asked for, or None for the whole file.

    Several ranges, nonsense and ranges beyond the end are answered with the whole file, which HTTP
    allows and every player takes.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header is not None else None
    if match is None or match.group(1) + match.group(2) == "":
        return None
    if match.group(1) == "":
        first, last = max(0, size - int(match.group(2))), size - 1
    else:
        first = int(match.group(1))
        last = min(int(match.group(2) or size - 1), size - 1)
    return ByteRange(first, last) if first <= last else None


def sliced(chunks: Iterator[bytes], wanted: ByteRange) -> Iterator[bytes]:
    """Yield only the bytes of the range."""
    position = 0
    for chunk in chunks:
        start = max(0, wanted.first - position)
        stop = min(len(chunk), wanted.last + 1 - position)
        position += len(chunk)
        if start < stop:
            yield chunk[start:stop]
        if position > wanted.last:
            return
