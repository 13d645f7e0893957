"""Whatever bytes a camera sends, only CameraError comes of it; how they are cut is no matter."""

import contextlib
import socket
import struct
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.ingest.picture_joiner import Picture, PictureJoiner
from consentry.ingest.rtp import payload, sender_report
from consentry.ingest.rtsp_message import Message
from consentry.ingest.sdp import Media, parse
from consentry.ingest.sound_joiner import SoundJoiner, aac_config
from consentry.ingest.sound_track import path_of
from consentry.ingest.wire import Frames, Wire
from consentry.model.errors import CameraError, CameraState

CHANNELS = frozenset({0, 1})


def received(pieces: list[bytes]) -> list[Frames | Message]:
    """Return what a wire makes of bytes that come in these pieces."""
    ours, camera = socket.socketpair()
    ours.settimeout(5)
    found: list[Frames | Message] = []
    with closing(ours), closing(camera):
        wire = Wire(ours, "camera")
        wire.expect(CHANNELS)
        for piece in pieces:
            camera.sendall(piece)
            found += wire.receive()
    return found


def packets(found: list[Frames | Message]) -> list[tuple[int, bytes] | Message]:
    """Return packets one by one, and messages."""
    listed: list[tuple[int, bytes] | Message] = []
    for item in found:
        if isinstance(item, Message):
            listed.append(item)
        else:
            listed += [(item.channel, item.data[begin:end]) for begin, end in item.spans]
    return listed


def framed(channel: int, packet: bytes) -> bytes:
    """Return a packet as it goes over the connection."""
    return struct.pack(">BBH", 0x24, channel, len(packet)) + packet


def rtp(sequence: int, stamp: int, body: bytes, *, marker: bool = False) -> bytes:
    """Return a plain RTP packet of payload type 96."""
    return struct.pack(">BBHII", 0x80, marker << 7 | 96, sequence, stamp, 1) + body


def spans(bodies: list[bytes]) -> Frames:
    """Return packets in a row as a wire gives them."""
    places, at = [], 0
    for body in bodies:
        places.append((at, at + len(body)))
        at += len(body)
    return Frames(0, b"".join(bodies), places)


ANSWER = b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Length: 5\r\n\r\n$hey\r"


@given(
    st.lists(st.tuples(st.sampled_from([0, 1]), st.binary(min_size=13, max_size=99)), min_size=1),
    st.integers(0, 20),
    st.lists(st.integers(1, 60), min_size=1),
)
def test_how_bytes_are_cut_into_reads_changes_nothing(
    sent: list[tuple[int, bytes]], before: int, cuts: list[int]
) -> None:
    """Packets and an answer among them come out whole and in order."""
    before = min(before, len(sent))
    data = [framed(channel, packet) for channel, packet in sent]
    stream = b"".join((*data[:before], ANSWER, *data[before:]))
    pieces, at, turn = [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        pieces.append(stream[at : at + size])
        at, turn = at + size, turn + 1
    listed = packets(received(pieces))
    assert [item for item in listed if not isinstance(item, Message)] == sent
    (answer,) = (item for item in listed if isinstance(item, Message))
    assert (answer.status, answer.number, answer.body) == (200, 7, b"$hey\r")


@given(st.lists(st.binary(min_size=1, max_size=4000), min_size=1, max_size=20))
def test_random_bytes_are_rubbish_or_nothing(pieces: list[bytes]) -> None:
    """Only CameraError comes out, and little stays in memory."""
    with contextlib.suppress(CameraError):
        assert all(isinstance(item, Frames | Message) for item in received(pieces))


def test_a_packet_is_found_again_after_rubbish() -> None:
    """A camera that breaks its framing once loses what it broke, not the stream."""
    good = rtp(5, 9, b"\x41" + bytes(50))
    listed = packets(received([b"\x00\xff broken" * 9, framed(0, good) * 3]))
    assert listed[-1] == (0, good)


def test_rubbish_without_end_is_told() -> None:
    """64 kB of nothing known end the stream."""
    with pytest.raises(CameraError, match="no video") as caught:
        received([b"\x00" * 30_000] * 3)
    assert caught.value.state is CameraState.BROKEN_STREAM


def test_an_endless_answer_is_not_waited_for() -> None:
    """A length of a gigabyte is rubbish, not memory."""
    head = b"RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n"
    assert received([head, framed(0, rtp(1, 1, b"\x41ab"))])


@given(st.text(max_size=2000) | st.binary(max_size=2000).map(lambda data: data.decode("latin-1")))
def test_any_text_is_a_description(text: str) -> None:
    """Nothing is raised, whatever is announced."""
    for media in parse(text).media:
        assert media.kind == media.kind.lower()
        path_of(media)


LINE = st.sampled_from(
    [
        "m=video 0 RTP/AVP 96",
        "m=audio 0 RTP/AVP 97",
        "m=audio 0 RTP/AVP 8",
        "a=rtpmap:96 H264/90000",
        "a=rtpmap:97 MPEG4-GENERIC/16000/2",
        "a=rtpmap:97 MP4A-LATM/8000",
        "a=rtpmap:97 OPUS/48000/2",
        "a=fmtp:96 sprop-parameter-sets=Z0IAKeKQ,aM48gA==;x",
        "a=fmtp:96 sprop-parameter-sets=%%%,,=",
        "a=fmtp:97 config=1408;sizeLength=13;indexLength=3",
        "a=fmtp:97 config=40002410",
        "a=fmtp:97 config=FFFFFFFF;sizelength=99999999999",
        "a=control:trackID=0",
        "a=framerate:..",
        "a=framerate:25.0",
    ]
)


@given(st.lists(LINE, max_size=12))
def test_any_order_of_lines_is_a_description(lines: list[str]) -> None:
    """Lines that belong together or do not: what makes sense is taken."""
    for media in parse("\r\n".join(lines)).media:
        path_of(media)
        if media.codec in {"h264", "hevc"}:
            assert media.announced.codec == media.codec


@given(st.binary(max_size=300))
def test_any_head_is_a_message(head: bytes) -> None:
    """Nothing is raised; numbers are numbers."""
    message = Message.parse(head, b"")
    assert message.number is None or message.number >= 0


@given(st.binary(max_size=200))
def test_any_packet_has_a_payload_or_none(packet: bytes) -> None:
    """What is returned lies inside of the packet."""
    begin, end = payload(packet, 0, len(packet))
    assert 0 <= begin <= end <= len(packet)
    sender_report(packet, 0, len(packet))


BODY = st.binary(min_size=0, max_size=40) | st.builds(
    lambda head, rest: bytes(head) + rest,
    st.sampled_from([(28, 0x85), (28, 0x05), (28, 0x45), (24, 0), (98, 1, 0x93), (96, 1, 0)]),
    st.binary(max_size=30),
)


@given(
    st.sampled_from(["h264", "hevc"]),
    st.lists(st.tuples(BODY, st.integers(0, 3), st.booleans(), st.integers(0, 2)), max_size=40),
)
def test_any_payload_makes_pictures_or_none(
    codec: str, sent: list[tuple[bytes, int, bool, int]]
) -> None:
    """Random NAL units, fragments without a start, aggregates that lie: nothing is raised."""
    joiner = PictureJoiner(codec, 96, numbered=bool(sent and sent[0][1]))
    number, pictures = 0, list[Picture]()
    for body, stamp, marker, skipped in sent:
        number += 1 + skipped
        pictures += joiner.feed(spans([rtp(number, stamp, body, marker=marker)]))
    assert all(unit and unit[0] for picture in pictures for unit in picture.units)


@given(
    st.sampled_from(["aac", "latm", "opus", "pcm_alaw"]),
    st.dictionaries(st.sampled_from(["sizelength", "indexlength"]), st.integers(0, 40).map(str)),
    st.lists(st.tuples(st.binary(max_size=60), st.booleans()), max_size=20),
)
def test_any_payload_is_sound_or_nothing(
    codec: str, parameters: dict[str, str], sent: list[tuple[bytes, bool]]
) -> None:
    """Headers that lie, frames that never end: nothing is raised and nothing grows."""
    joiner = SoundJoiner(Media("audio", 96, codec, 8000, parameters=parameters))
    for number, (body, marker) in enumerate(sent):
        sounds = joiner.feed(spans([rtp(number, number, body, marker=marker)]))
        assert all(sound.data for sound in sounds)


@given(st.text("0123456789abcdefx", max_size=20))
def test_any_configuration_is_one_or_none(config: str) -> None:
    """What is no AudioSpecificConfig makes no sound path, and no exception."""
    for codec in ("aac", "latm"):
        media = Media("audio", 97, codec, 16000, parameters={"config": config})
        assert isinstance(aac_config(media), bytes)
        path_of(media)
