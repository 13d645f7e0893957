"""Two ways to watch a simulated camera: libavformat, and a bare client that shows every packet."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Self
from urllib.parse import urlsplit

import av


def codecs(url: str, count: int) -> set[str]:
    """Play ``url`` with libavformat and return the codecs of its first ``count`` packets."""
    found: set[str] = set()
    options = {"rtsp_transport": "tcp", "analyzeduration": "500000"}
    with av.open(url, options=options, timeout=(10, 5)) as container:
        for packet in islice(container.demux(), count):
            found.add(packet.stream.codec_context.name)
    return found


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One interleaved packet: RTP on even channels, RTCP (no sequence, no marker) on odd ones."""

    channel: int
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes


class RtpTap:
    """A bare RTSP client without any tolerance: what the camera sends is what the test sees."""

    def __init__(self, url: str, *, patience: float = 10) -> None:
        """Connect; nothing is asked yet."""
        parts = urlsplit(url)
        self.url = url
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 554), patience)
        self._stream = self._socket.makefile("rb")
        self._number = 0

    def __enter__(self) -> Self:
        """Use as a block that closes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._stream.close()
        self._socket.close()

    def ask(self, method: str, url: str = "", **headers: str) -> tuple[int, bytes]:
        """Send a request; return the status and the body."""
        self._number += 1
        lines = [f"{method} {url or self.url} RTSP/1.0", f"CSeq: {self._number}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join((*lines, "", "")).encode())
        status = int(self._stream.readline().split()[1])
        length = 0
        while line := self._stream.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self._stream.read(length)

    def play(self, tracks: int = 1) -> Iterator[RtpPacket]:
        """Set up that many tracks on channels 0-1, 2-3 and yield packets until the end."""
        for place in range(tracks):
            transport = f"RTP/AVP/TCP;unicast;interleaved={2 * place}-{2 * place + 1}"
            assert self.ask("SETUP", f"{self.url}/track{place}", Transport=transport)[0] == 200
        assert self.ask("PLAY")[0] == 200
        return self._packets()

    def _packets(self) -> Iterator[RtpPacket]:
        while len(head := self._stream.read(4)) == 4:
            assert head[0] == 0x24, "an interleaved packet begins with a dollar sign"
            data = self._stream.read(int.from_bytes(head[2:], "big"))
            if head[1] % 2:
                timestamp = int.from_bytes(data[16:20], "big")
                yield RtpPacket(head[1], 0, timestamp, marker=False, payload=data)
            else:
                _, second, sequence, timestamp = struct.unpack_from("!BBHI", data)
                marker = second > 127
                yield RtpPacket(head[1], sequence, timestamp, marker=marker, payload=data[12:])
