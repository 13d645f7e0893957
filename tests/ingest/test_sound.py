"""Sound: G.711 becomes AAC once and stays in step; AAC and Opus pass through untouched."""

import random
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import pytest
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from consentry.fmp4 import AAC_FRAME
from consentry.ingest.sound import (
    AAC_RATE,
    ALAW,
    MULAW,
    Frame,
    G711ToAac,
    PassThrough,
    opus_duration,
    sound_path,
)

RATE = 8000
PACKET = 320  # samples: 40 ms
ALLOWED = 0.080  # s out of step, as the issue demands after an hour


def g711(samples: NDArray[np.int16], table: NDArray[np.int16]) -> bytes:
    """Encode by looking for the nearest value: slow, and independent of any encoder."""
    order = np.argsort(table, kind="stable")
    places = np.clip(np.searchsorted(table[order], samples), 1, 255)
    lower, upper = table[order][places - 1], table[order][places]
    nearest = np.where(samples - lower < upper - samples, places - 1, places)
    return order[nearest].astype(np.uint8).tobytes()


def beeps(seconds: int, every: int, table: NDArray[np.int16]) -> bytes:
    """Return silence with a 100 ms tone at each multiple of ``every`` seconds."""
    tone = (8000 * np.sin(2 * np.pi * 1000 * np.arange(RATE // 10) / RATE)).astype(np.int16)
    encoded = bytearray(g711(np.zeros(1, np.int16), table) * (seconds * RATE))
    for start in range(every * RATE, len(encoded), every * RATE):
        encoded[start : start + len(tone)] = g711(tone, table)
    return bytes(encoded)


def onsets(frames: list[Frame], path: G711ToAac) -> Iterator[float]:
    """Decode the frames at the times they were given; yield when each tone begins, in seconds."""
    context = av.CodecContext.create("aac", "r")
    assert isinstance(context, AudioCodecContext)
    context.extradata = path.track.extradata
    quiet_since = 0
    for frame in frames:
        packet = av.Packet(frame.data)
        packet.pts, packet.time_base = frame.time, Fraction(1, AAC_RATE)
        for decoded in context.decode(packet):
            assert decoded.pts is not None
            loud = np.flatnonzero(np.abs(decoded.to_ndarray()[0]) > 0.05)
            if len(loud):
                if decoded.pts - quiet_since > AAC_RATE // 2:
                    yield (decoded.pts + int(loud[0])) / AAC_RATE
                quiet_since = decoded.pts


@pytest.mark.parametrize(("codec", "seconds"), [("pcm_mulaw", 3600), ("pcm_alaw", 300)])
def test_an_hour_with_one_percent_loss_stays_in_step(codec: str, seconds: int) -> None:
    """Tones up to an hour into a stream that loses one packet in a hundred keep their time."""
    every = seconds // 9
    encoded = beeps(seconds, every, MULAW if codec == "pcm_mulaw" else ALAW)
    chance = random.Random(7)  # noqa: S311 - losses, not secrets
    path = G711ToAac(codec, rate=RATE, channels=1)
    frames: list[Frame] = []
    for start in range(0, len(encoded), PACKET):
        in_tone = start // RATE % every == 0
        if in_tone or chance.random() > 0.01:
            stamp = start * AAC_RATE // RATE
            frames += path.feed(encoded[start : start + PACKET], stamp, stamp)
    times = [frame.time for frame in frames]
    assert times == list(range(times[0], times[0] + len(times) * AAC_FRAME, AAC_FRAME))
    wanted = list(range(every, seconds, every))
    near = [frame for frame in frames if (frame.time // AAC_RATE + 2) % every < 4]
    heard = list(onsets(near, path))
    assert len(heard) == len(wanted)
    assert max(abs(time - want) for time, want in zip(heard, wanted, strict=True)) < ALLOWED


def test_priming_is_subtracted() -> None:
    """The first frame lies one frame before the first sample: that is the encoder's priming."""
    path = G711ToAac("pcm_mulaw", rate=RATE, channels=1)
    frames: list[Frame] = []
    for index in range(20):
        stamp = 50_000 + index * PACKET * 2
        frames += path.feed(bytes([0xFF]) * PACKET, stamp, stamp)
    assert frames[0].time == 50_000 - AAC_FRAME


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(-(1 << 20), 1 << 40)), st.integers(0, 700)),
        max_size=30,
    )
)
def test_whatever_is_stamped_the_encoder_goes_on(packets: list[tuple[int | None, int]]) -> None:
    """Missing, wild and repeated stamps and odd sizes never raise, and never fill minutes."""
    path = G711ToAac("pcm_alaw", rate=RATE, channels=1)
    total = 0
    for stamp, size in packets:
        total += len(path.feed(bytes(size), stamp, 0))
    assert total * AAC_FRAME <= len(packets) * (3 * AAC_RATE + 1400)


def test_tables_are_those_of_ffmpeg() -> None:
    """Every byte decodes to FFmpeg's value."""
    for codec, table in (("pcm_mulaw", MULAW), ("pcm_alaw", ALAW)):
        context = av.CodecContext.create(codec, "r")
        assert isinstance(context, AudioCodecContext)
        context.sample_rate, context.layout = RATE, "mono"
        frames: list[AudioFrame] = list(context.decode(av.Packet(bytes(range(256)))))
        assert np.array_equal(frames[0].to_ndarray()[0], table)


def test_two_channels_become_one() -> None:
    """Stereo G.711 is mixed; its time stays that of one channel."""
    path = G711ToAac("pcm_mulaw", rate=RATE, channels=2)
    frames: list[Frame] = []
    for index in range(100):
        stamp = index * PACKET * 2
        frames += path.feed(bytes([0xFF]) * PACKET * 2, stamp, stamp)
    assert path.track.channels == 1
    assert 0 <= 100 * PACKET * 2 - frames[-1].time <= 4 * AAC_FRAME


def test_aac_passes_seamlessly_through_wandering_stamps() -> None:
    """Stamps that RTCP moves by some samples make no seam; a lost frame leaves its gap."""
    path = sound_path("aac", rate=16000, channels=1, extradata=b"\x14\x08")
    assert isinstance(path, PassThrough)
    stamps = [0, 1024 + 7, 2048 - 9, 3072 + 3, 5120 + 3]
    placed = [path.feed(b"frame", stamp, stamp)[0].time for stamp in stamps]
    assert placed == [0, 1024, 2048, 3072, 5123]


def test_opus_packets_tell_their_own_length() -> None:
    """The first bytes of an Opus packet say how long it lasts (RFC 6716)."""
    twenty_ms_celt, sixty_ms_silk, two_of_ten = b"\xfc", b"\x18", bytes([0b11110_001])
    many = bytes([0b11100_011, 5])
    lengths = [opus_duration(packet) for packet in (twenty_ms_celt, sixty_ms_silk, two_of_ten)]
    assert lengths == [960, 2880, 960]
    assert opus_duration(many) == 5 * 120
    assert opus_duration(b"") == 0


def test_sound_that_cannot_be_recorded_is_left_out() -> None:
    """A codec that neither passes through nor is G.711 gives no path, and no error."""
    assert sound_path("adpcm_g726", rate=RATE, channels=1, extradata=b"") is None
    assert sound_path("aac", rate=RATE, channels=1, extradata=b"") is None
