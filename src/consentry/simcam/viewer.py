"""One playing session: access units in, interleaved packets out, with the camera's faults."""

import asyncio
import os
import random
import socket
import struct
from collections.abc import Mapping

from consentry.model.media import TrackKind
from consentry.simcam.broadcast import Broadcast, Sending
from consentry.simcam.fault import (
    AudioLoss,
    Close,
    Fault,
    Garbage,
    Hang,
    LateStart,
    NoKeyFrames,
    NoReports,
    SilentAudio,
    Trickle,
)
from consentry.simcam.rtp import SenderReport
from consentry.simcam.skew import Skew

_REPORT_EVERY = 5.0
"""Seconds between sender reports of a track (RFC 3550 6.2 recommends at least five)."""

_BUFFER_LIMIT = 8 << 20
"""Bytes that may wait for a viewer who does not read; then whole access units are dropped."""

_TRICKLE_LIMIT = 1 << 20
_TRICKLE_STEP = 0.05


class PlayingViewer:
    """Everything one PLAY needs. Lives on the event loop; ``close`` when the session ends."""

    def __init__(
        self,
        writer: asyncio.StreamWriter,
        broadcast: Broadcast,
        *,
        channels: Mapping[int, int],
        faults: tuple[Fault, ...],
    ) -> None:
        """Join ``broadcast`` at once; ``channels`` maps a track's place to its RTP channel."""
        self.hung = False
        self.dropped = 0
        self._writer = writer
        self._broadcast = broadcast
        self._channels = channels
        self._faults = faults
        self._start = broadcast.position()
        self._skew = Skew(faults)
        self._reported: dict[int, float] = {}
        self._sent: dict[int, tuple[int, int]] = {}
        self._dice = random.Random(next((f.seed for f in faults if isinstance(f, AudioLoss)), 0))  # noqa: S311 - repeatable loss, no secret
        self._trickle = next((f for f in faults if isinstance(f, Trickle)), None)
        self._waiting = bytearray()
        self._dribble: asyncio.Task[None] | None = None
        if self._trickle:
            rate = self._trickle.bytes_per_second
            self._dribble = asyncio.create_task(self._dribbles(rate))
        broadcast.join(self)

    def close(self) -> None:
        """Leave the broadcast."""
        self._broadcast.leave(self)
        if self._dribble:
            self._dribble.cancel()

    def take(self, sending: Sending) -> None:
        """Send one access unit, or do what the faults say."""
        channel = self._channels.get(sending.place)
        if channel is None or self._writer.transport.is_closing():
            return
        elapsed = sending.due - self._start
        if not self._faults:
            data = sending.rendered(channel)
            self._report(sending, channel, timestamp=sending.present)
            self._write(data)
            return
        if self._withheld(sending, elapsed):
            return
        timestamp = self._skew.timestamp(sending, elapsed)
        data = sending.block.render(channel=channel, sequence=sending.sequence, timestamp=timestamp)
        if not any(isinstance(fault, NoReports) for fault in self._faults):
            self._report(sending, channel, timestamp=timestamp)
        self._write(self._spoiled(data, sending, elapsed))

    def _withheld(self, sending: Sending, elapsed: float) -> bool:
        """Tell whether a fault keeps this unit back (or ends the session)."""
        audio = sending.cut.track.kind is TrackKind.AUDIO
        for fault in self._faults:
            match fault:
                case Hang(after=after) if elapsed >= after:
                    self.hung = True
                    return True
                case Close(after=after) if elapsed >= after:
                    reset(self._writer)
                    return True
                case SilentAudio() if audio:
                    return True
                case AudioLoss(share=share) if audio and self._dice.random() < share:
                    return True
                case NoKeyFrames(lasting=lasting) | LateStart(lasting=lasting) if elapsed < lasting:
                    if isinstance(fault, LateStart) or (sending.block.key and not audio):
                        return True
                case _:
                    pass
        return False

    def _spoiled(self, data: bytes, sending: Sending, elapsed: float) -> bytes:
        """Return the data as Garbage leaves it."""
        garbage = next((f for f in self._faults if isinstance(f, Garbage)), None)
        if garbage is None or elapsed < garbage.after:
            return data
        noise = bytearray(os.urandom(len(data)))
        if garbage.framed:
            for start in sending.block.starts.tolist():
                noise[start : start + 16] = data[start : start + 16]
        return bytes(noise)

    def _report(self, sending: Sending, channel: int, *, timestamp: int) -> None:
        """Send a sender report when one is due; it names the unit's decode time."""
        packets, octets = self._sent.get(sending.place, (0, 0))
        starts = len(sending.block.starts)
        size = len(sending.block.template) - 16 * starts
        self._sent[sending.place] = packets + starts, octets + size
        if sending.due < self._reported.get(sending.place, -_REPORT_EVERY) + _REPORT_EVERY:
            return
        self._reported[sending.place] = sending.due
        report = SenderReport(
            source=sending.cut.source,
            wall=self._broadcast.began + sending.due,
            timestamp=timestamp - (sending.present - sending.decode),
            packets=packets,
            octets=octets,
        )
        self._write(report.render(channel + 1))

    def _write(self, data: bytes) -> None:
        if self._dribble:
            if len(self._waiting) + len(data) <= _TRICKLE_LIMIT:
                self._waiting += data
            else:
                self.dropped += 1
        elif self._writer.transport.get_write_buffer_size() > _BUFFER_LIMIT:
            self.dropped += 1
        else:
            self._writer.write(data)

    async def _dribbles(self, rate: int) -> None:
        step = max(1, round(rate * _TRICKLE_STEP))
        while not self._writer.transport.is_closing():
            await asyncio.sleep(_TRICKLE_STEP)
            self._writer.write(bytes(self._waiting[:step]))
            del self._waiting[:step]


def reset(writer: asyncio.StreamWriter) -> None:
    """End a connection abruptly: the peer reads a reset, and what was not sent yet is forgotten."""
    peer = writer.get_extra_info("socket")
    if peer is not None and peer.fileno() >= 0:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
