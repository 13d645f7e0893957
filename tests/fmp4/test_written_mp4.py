"""What we write is what an independent reader (libavformat, browsers) reads."""

import io
import re
from fractions import Fraction

import av
import pytest

from consentry.fmp4 import (
    SAMPLE_OFFSET,
    aac_track,
    annex_b,
    fragment,
    init_segment,
    length_prefixed,
    nal_units,
    opus_track,
    parameter_sets,
    read_extradata,
    reorder_depth,
    retimed,
    split_length_prefixed,
    video_codec,
    video_track,
)
from consentry.model.errors import InputError
from consentry.model.media import AudioTrack, Init, TrackKind, VideoTrack
from tests.fmp4.encoded_streams import FPS, HEIGHT, WIDTH, Unit, encode_audio

DURATION = 90000 // FPS


def samples_of(codec: str, units: list[Unit]) -> tuple[VideoTrack, list[bytes]]:
    """Turn encoded units into a track and its MP4 samples."""
    read = video_codec(codec)
    track = video_track(parameter_sets(read, nal_units(units[0].data)), timescale=90000)
    split = [nal_units(unit.data) for unit in units]
    kept = [[nal for nal in nals if read.nal_type(nal) not in read.left_out] for nals in split]
    return track, [length_prefixed(nals) for nals in kept]


def video_fragments(units: list[Unit], samples: list[bytes], *, start: int = 0) -> list[bytes]:
    """Write one fragment a unit."""
    return [
        fragment(
            TrackKind.VIDEO,
            sample,
            sequence=index,
            dts=start + unit.dts,
            cts_offset=unit.pts - unit.dts,
            duration=DURATION,
            key=unit.key,
        )
        for index, (unit, sample) in enumerate(zip(units, samples, strict=True))
    ]


@pytest.mark.parametrize(
    ("fixture", "codec"),
    [("plain_h264", "h264"), ("reordered_h264", "h264"), ("reordered_hevc", "hevc")],
)
def test_video_is_read_back_exactly(
    fixture: str, codec: str, request: pytest.FixtureRequest
) -> None:
    """Times, key frames and bytes of each access unit come back as written, B-frames included."""
    units: list[Unit] = request.getfixturevalue(fixture)
    track, samples = samples_of(codec, units)
    data = init_segment(Init(track), [TrackKind.VIDEO]) + b"".join(video_fragments(units, samples))
    with av.open(io.BytesIO(data), "r") as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (WIDTH, HEIGHT)
        assert bytes(stream.codec_context.extradata or b"") == track.extradata
    assert [(p.pts, p.dts, p.is_keyframe) for p in packets] == [
        (unit.pts, unit.dts, unit.key) for unit in units
    ]
    assert [bytes(packet) for packet in packets] == samples


@pytest.mark.parametrize(
    ("fixture", "codec", "tag"),
    [("reordered_h264", "h264", "avc1"), ("reordered_hevc", "hevc", "hvc1")],
)
def test_every_picture_decodes_in_display_order(
    fixture: str, codec: str, tag: str, request: pytest.FixtureRequest
) -> None:
    """All pictures decode, evenly spaced, with the pixel shape and the tag that browsers want."""
    units: list[Unit] = request.getfixturevalue(fixture)
    track, samples = samples_of(codec, units)
    data = init_segment(Init(track), [TrackKind.VIDEO])
    data += b"".join(video_fragments(units, samples))
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        assert stream.codec_context.codec_tag == tag
        times = [frame.pts for frame in container.decode(stream)]
        aspect = stream.sample_aspect_ratio
    assert times[0] is not None
    assert times == list(range(times[0], times[0] + DURATION * len(units), DURATION))
    assert aspect == Fraction(*track.sample_aspect) != 1


@pytest.mark.parametrize(("encoder", "rate"), [("aac", 16000), ("libopus", 48000)])
def test_audio_beside_video_is_read_back_exactly(
    encoder: str, rate: int, plain_h264: list[Unit]
) -> None:
    """AAC and Opus frames come back with their times and bytes, as track 2, and decode."""
    config, frames = encode_audio(encoder, rate=rate)
    audio = aac_track(config) if encoder == "aac" else opus_track(1)
    track, samples = samples_of("h264", plain_h264)
    duration = frames[1].pts - frames[0].pts
    data = init_segment(Init(track, audio), TrackKind)
    data += b"".join(video_fragments(plain_h264, samples))
    for index, frame in enumerate(frames):
        times = {"dts": frame.dts, "cts_offset": 0, "duration": duration}
        data += fragment(TrackKind.AUDIO, frame.data, sequence=index, key=True, **times)
    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.audio[0]
        assert (stream.id, stream.codec_context.sample_rate) == (2, rate)
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert [(p.pts, bytes(p)) for p in packets] == [(f.pts, f.data) for f in frames]
        decoded = sum(frame.samples for packet in packets for frame in stream.decode(packet))
    assert decoded >= rate * 0.9


def test_decode_times_past_32_bits_survive(plain_h264: list[Unit]) -> None:
    """A run that lasts for weeks keeps its times: 90 kHz passes 2**32 after 13 hours."""
    track, samples = samples_of("h264", plain_h264)
    start = 40 * 24 * 3600 * 90000
    data = init_segment(Init(track), [TrackKind.VIDEO])
    data += b"".join(video_fragments(plain_h264, samples, start=start))
    with av.open(io.BytesIO(data), "r") as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [packet.dts for packet in packets] == [start + unit.dts for unit in plain_h264]


def test_key_frames_alone_play_at_another_pace(reordered_h264: list[Unit]) -> None:
    """Retimed key frames stand where they were put, whole, and nothing else of them changes."""
    track, samples = samples_of("h264", reordered_h264)
    fragments = video_fragments(reordered_h264, samples)
    keys = [index for index, unit in enumerate(reordered_h264) if unit.key]
    moved = [
        retimed(fragments[key], dts=place * 9000, duration=9000, cts_offset=0, sequence=place)
        for place, key in enumerate(keys)
    ]
    data = init_segment(Init(track), [TrackKind.VIDEO]) + b"".join(moved)
    with av.open(io.BytesIO(data), "r") as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [(p.pts, p.dts, bytes(p)) for p in packets] == [
        (place * 9000, place * 9000, samples[key]) for place, key in enumerate(keys)
    ]


def test_the_sample_begins_where_the_layout_says(plain_h264: list[Unit]) -> None:
    """Behind the fixed header stands the sample and nothing more."""
    _, samples = samples_of("h264", plain_h264)
    written = video_fragments(plain_h264, samples)
    assert [data[SAMPLE_OFFSET:] for data in written] == samples


def test_codec_strings_are_what_media_source_asks_for(
    plain_h264: list[Unit], reordered_hevc: list[Unit]
) -> None:
    """The strings have the form browsers parse, and tell the profile in the stream."""
    avc, _ = samples_of("h264", plain_h264)
    hevc, _ = samples_of("hevc", reordered_hevc)
    assert re.fullmatch(r"avc1\.64[0-9a-f]{4}", avc.codec_string)
    assert re.fullmatch(r"hvc1\.1\.6\.L\d{1,3}(\.[0-9A-F]{1,2}){1,6}", hevc.codec_string)
    assert aac_track(b"\x14\x08").codec_string == "mp4a.40.2"
    assert opus_track(2).codec_string == "opus"


def test_parameter_sets_survive_the_record(
    reordered_h264: list[Unit], reordered_hevc: list[Unit]
) -> None:
    """An avcC or hvcC record gives back the parameter sets it was built from."""
    for codec, units in (("h264", reordered_h264), ("hevc", reordered_hevc)):
        sets = parameter_sets(video_codec(codec), nal_units(units[0].data))
        track = video_track(sets, timescale=90000)
        assert read_extradata(codec, track.extradata) == sets
        assert reorder_depth(sets) > 0


def test_samples_convert_back_to_start_codes(plain_h264: list[Unit]) -> None:
    """Lengths to start codes and back lose nothing."""
    _, samples = samples_of("h264", plain_h264)
    for sample in samples:
        assert length_prefixed(nal_units(annex_b(split_length_prefixed(sample)))) == sample


def test_a_video_that_cannot_be_written_is_refused_in_a_sentence() -> None:
    """MJPEG video and an absent track are told, not written wrong."""
    with pytest.raises(InputError, match=r"mjpeg video cannot be recorded"):
        video_codec("mjpeg")
    video = VideoTrack("h264", "avc1.64001f", 90000, b"", 16, 16)
    with pytest.raises(InputError, match="no track"):
        init_segment(Init(video), [TrackKind.AUDIO])


def test_an_audio_track_alone_is_written() -> None:
    """A viewer may ask for sound only."""
    video = VideoTrack("h264", "avc1.64001f", 90000, b"", 16, 16)
    audio = AudioTrack("aac", "mp4a.40.2", 16000, b"\x14\x08", 16000, 1)
    data = init_segment(Init(video, audio), [TrackKind.AUDIO])
    assert b"mp4a" in data
    assert b"avc1" not in data
