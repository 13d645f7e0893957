"""Access units of real H.264 and HEVC become frames; bad ones are counted and skipped."""

import io
from fractions import Fraction

import av
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consentry.model.media import VideoTrack
from consentry.model.time import Micros
from consentry.vision.decoder import StreamDecoder
from tests.vision.painted_scene import astronaut, passing

Unit = tuple[bytes, int, bool]

STEP = 100_000


def encoded(codec: str, *, b_frames: int = 0) -> tuple[VideoTrack, list[Unit]]:
    """Encode two seconds as MP4 carries them: avcC or hvcC, length-prefixed access units."""
    file = io.BytesIO()
    options = {"preset": "ultrafast", "bf": str(b_frames)}
    if codec == "libx265":
        options = {"preset": "ultrafast", "x265-params": "log-level=none:bframes=0:keyint=10"}
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=10, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        stream.codec_context.gop_size = 10
        for index, rgb in enumerate(passing(astronaut(220), seconds=2, still=0)):
            shown = VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")
            shown.pts = index
            container.mux(stream.encode(shown))
        container.mux(stream.encode(None))
    file.seek(0)
    with av.open(file, "r") as readable:
        written = readable.streams.video[0]
        packets = [packet for packet in readable.demux(written) if packet.size]
        scale = written.time_base or Fraction(1)
        units = [
            (bytes(p), round((p.pts or 0) * scale * 10) * STEP, p.is_keyframe) for p in packets
        ]
        extradata = bytes(written.codec_context.extradata or b"")
    name = "h264" if codec == "libx264" else "hevc"
    return VideoTrack(name, "", 90000, extradata, 640, 360, (1, 1)), units


@pytest.mark.parametrize(("codec", "b_frames"), [("libx264", 0), ("libx264", 2), ("libx265", 0)])
def test_every_frame_comes_out_with_its_own_time(codec: str, b_frames: int) -> None:
    """Frames come in order of time, each with the time of its access unit, B-frames or not."""
    track, units = encoded(codec, b_frames=b_frames)
    decoder = StreamDecoder(track)
    times = [f.time for data, t, key in units for f in decoder.decode(data, Micros(t), key=key)]
    assert times == sorted(times)
    assert times == sorted(t for _, t, _ in units)[: len(times)]
    assert len(times) >= len(units) - b_frames - 1
    assert decoder.skipped == 0


def test_a_join_in_mid_group_waits_for_the_key_frame() -> None:
    """Joining between key frames shows nothing broken: it begins at the next key frame."""
    track, units = encoded("libx264")
    decoder = StreamDecoder(track)
    frames = [f for data, t, key in units[3:] for f in decoder.decode(data, Micros(t), key=key)]
    assert frames[0].time == next(t for _, t, key in units[3:] if key)
    assert decoder.skipped == 7


def test_frames_know_their_shape() -> None:
    """An anamorphic track gives square pixels when looked at."""
    track, units = encoded("libx264")
    wide = VideoTrack(
        track.codec, "", track.timescale, track.extradata, track.width, track.height, (4, 3)
    )
    data, time, key = units[0]
    decoder = StreamDecoder(wide)
    (frame,) = decoder.decode(data, Micros(time), key=key) or decoder.decode(
        units[1][0], Micros(units[1][1]), key=False
    )
    assert frame.picture().rgb.shape == (360, 853, 3)
    assert frame.small_luma(4, 4).shape == (90, 160)


TRACK, UNITS = encoded("libx264")


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 19), st.binary(max_size=60)), min_size=1, max_size=6))
def test_damaged_units_never_raise(damage: list[tuple[int, bytes]]) -> None:
    """Random bytes in place of access units cost frames, never an exception or the rest."""
    broken = dict(damage)
    decoder = StreamDecoder(TRACK)
    for index, (data, time, key) in enumerate(UNITS):
        decoder.decode(broken.get(index, data), Micros(time), key=key)
    last = UNITS[-1]
    restarted = [
        f for data, t, key in UNITS for f in decoder.decode(data, Micros(last[1] + t), key=key)
    ]
    assert len(restarted) >= len(UNITS) - 2
