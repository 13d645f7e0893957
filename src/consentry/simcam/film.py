"""What a simulated camera plays: tracks of timed access units, looped for ever.

Each track loops by its own exact length, so its timestamps go on without a seam. Where sound must
stay beside its picture over many loops, choose lengths that agree (whole seconds of G.711 and Opus,
multiples of 8 s of AAC at 16 kHz: 125 frames of 1024 samples).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import av
from av.audio import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video import VideoStream

from consentry.model.errors import InputError
from consentry.model.media import TrackKind
from consentry.simcam.nal import (
    is_parameter_set,
    parameter_sets_of,
    split_nals,
)

VIDEO_CLOCK = 90_000
"""RTP ticks per second of every video track (RFC 6184, RFC 7798)."""

MediaPacket: TypeAlias = "Packet[VideoStream] | Packet[AudioStream] | Packet[Stream]"

_AUDIO = frozenset({"aac", "pcm_mulaw", "pcm_alaw", "opus"})
_VIDEO = frozenset({"h264", "hevc"})
_ENCODED_AS = {"libx264": "h264", "libx265": "hevc", "libopus": "opus"}
_OPUS_CLOCK = 48_000
"""Whatever rate was encoded (RFC 7587 4.1)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One access unit: NAL units of a picture (no start codes), or one audio frame.

    ``dts`` and ``pts`` count in the track's clock from the loop's start.
    """

    dts: int
    pts: int
    key: bool
    chunks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """One looping track. ``length`` is the loop's duration in ticks of ``clock``.

    ``codec`` is FFmpeg's name; ``parameter_sets`` (video) and ``config`` (AudioSpecificConfig of
    AAC) are what the SDP announces.
    """

    codec: str
    clock: int
    length: int
    units: tuple[Unit, ...]
    parameter_sets: tuple[bytes, ...] = ()
    config: bytes = b""
    channels: int = 1

    @property
    def kind(self) -> TrackKind:
        """Tell video from audio by the codec."""
        return TrackKind.VIDEO if self.codec in _VIDEO else TrackKind.AUDIO

    def then(self, other: "Track") -> "Track":
        """Return this track followed by ``other``, announced as this one."""
        if (self.codec, self.clock) != (other.codec, other.clock):
            message = f"A {self.codec} track cannot go on as {other.codec} at another clock."
            raise InputError(message)
        moved = (
            replace(unit, dts=unit.dts + self.length, pts=unit.pts + self.length)
            for unit in other.units
        )
        return replace(self, length=self.length + other.length, units=(*self.units, *moved))


@dataclass(frozen=True, slots=True)
class Film:
    """Tracks that play together: at most one of video and one of audio."""

    tracks: tuple[Track, ...]

    @classmethod
    def from_file(cls, path: Path | str) -> "Film":
        """Read the first video and audio track of a media file that RTSP can carry.

        Raises InputError when the file has neither.
        """
        with av.open(str(path)) as container:
            video = [s for s in container.streams.video if s.codec_context.name in _VIDEO]
            audio = [s for s in container.streams.audio if s.codec_context.name in _AUDIO]
            wanted: list[VideoStream | AudioStream] = [*video[:1], *audio[:1]]
            if not wanted:
                message = f"{path} holds no H.264, H.265, AAC, G.711 or Opus track."
                raise InputError(message)
            packets: dict[int, list[MediaPacket]] = {stream.index: [] for stream in wanted}
            for packet in container.demux(wanted):
                if packet.dts is not None and packet.size:  # the last one only flushes
                    packets[packet.stream.index].append(packet)
            return cls(tuple(track_from_packets(s, packets[s.index]) for s in wanted))

    def then(self, other: "Film") -> "Film":
        """Return this film followed by ``other`` (same kinds of tracks): parameters may change."""
        pairs = zip(self.tracks, other.tracks, strict=True)
        return Film(tuple(mine.then(theirs) for mine, theirs in pairs))

    def without(self, kind: TrackKind) -> "Film":
        """Return the film without one kind of track."""
        return Film(tuple(track for track in self.tracks if track.kind is not kind))

    @property
    def size(self) -> int:
        """Bytes of media in one loop."""
        return sum(len(c) for t in self.tracks for unit in t.units for c in unit.chunks)


def track_from_packets(stream: VideoStream | AudioStream, packets: Sequence[MediaPacket]) -> Track:
    """Build a looping track of a demuxed or freshly encoded stream's packets, in decode order."""
    codec = _ENCODED_AS.get(stream.codec_context.name, stream.codec_context.name)
    extradata = bytes(stream.codec_context.extradata or b"")
    if isinstance(stream, VideoStream):
        return _video_track(codec, extradata, packets)
    clock = _OPUS_CLOCK if codec == "opus" else stream.sample_rate
    units = tuple(
        Unit(dts, dts, key=True, chunks=(bytes(packet),))
        for packet, (dts, _) in zip(packets, _ticks(packets, clock), strict=True)
    )
    return Track(
        codec=codec,
        clock=clock,
        length=units[-1].dts + _typical_step(units),
        units=units,
        config=extradata if codec == "aac" else b"",
        channels=stream.layout.nb_channels,
    )


def _video_track(codec: str, extradata: bytes, packets: Sequence[MediaPacket]) -> Track:
    # An encoder without a container puts them in-band only, before its first picture.
    sets = parameter_sets_of(codec, extradata or bytes(packets[0]))
    units = []
    for packet, (dts, pts) in zip(packets, _ticks(packets, VIDEO_CLOCK), strict=True):
        nals = split_nals(bytes(packet), length_prefixed=extradata[:1] == b"\x01")
        in_band = any(is_parameter_set(codec, nal) for nal in nals)
        # As cameras do: the parameter sets go before every key frame.
        chunks = (*sets, *nals) if packet.is_keyframe and not in_band else tuple(nals)
        units.append(Unit(dts, pts, key=packet.is_keyframe, chunks=chunks))
    return Track(
        codec=codec,
        clock=VIDEO_CLOCK,
        length=units[-1].dts + _typical_step(units),
        units=tuple(units),
        parameter_sets=sets,
    )


def _ticks(packets: Sequence[MediaPacket], clock: int) -> list[tuple[int, int]]:
    """Return (dts, pts) of each packet in ticks of ``clock``, the first dts being 0."""
    first = packets[0].dts or 0
    times = []
    for packet in packets:
        scale = Fraction(packet.time_base or 1) * clock
        dts = packet.dts if packet.dts is not None else first
        pts = packet.pts if packet.pts is not None else dts
        times.append((round((dts - first) * scale), round((pts - first) * scale)))
    return times


def _typical_step(units: Sequence[Unit]) -> int:
    """Return the median distance of two units: how long the last one of the loop lasts."""
    steps = sorted(b.dts - a.dts for a, b in pairwise(units))
    return steps[len(steps) // 2] if steps else 1
