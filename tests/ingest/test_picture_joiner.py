"""Access units from RTP packets, as makers of cameras cut and mark them."""

import itertools
import struct
from collections.abc import Iterable

import pytest

from consentry.ingest.picture_joiner import Picture, PictureJoiner
from consentry.ingest.wire import Frames

SPS, PPS, SEI = b"\x67\x42\x00\x1e", b"\x68\xce\x38\x80", b"\x06\x05\x01\xff\x80"
IDR, FIRST, SECOND = b"\x65\x88" + bytes(9), b"\x41\x9a" + bytes(9), b"\x41\x40" + bytes(9)
"""A key frame, a picture's first slice, and a slice that goes on with a picture."""

Sent = tuple[bytes, int, bool]
"""A payload, its stamp, and whether it is marked as the picture's last."""


def frames(sent: Iterable[Sent], *, begin: int = 0) -> Frames:
    """Return packets in a row, numbered from ``begin``."""
    data, spans = b"", []
    for number, (body, stamp, marker) in enumerate(sent, begin):
        head = struct.pack(">BBHII", 0x80, marker << 7 | 96, number & 0xFFFF, stamp & 0xFFFFFFFF, 1)
        spans.append((len(data), len(data) + len(head + body)))
        data += head + body
    return Frames(0, data, spans)


def whole(pictures: Iterable[Picture]) -> list[tuple[list[bytes], int]]:
    """Return pictures with their NAL units joined, and their stamps."""
    return [([b"".join(unit) for unit in units], stamp) for units, stamp, _ in pictures]


def fragments(unit: bytes, size: int) -> list[bytes]:
    """Return an H.264 unit as FU-A payloads."""
    pieces = [unit[at : at + size] for at in range(1, len(unit), size)]
    payloads = []
    for number, piece in enumerate(pieces):
        flags = (number == 0) << 7 | (number == len(pieces) - 1) << 6
        payloads.append(bytes((unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F)) + piece)
    return payloads


def test_a_marked_picture_is_there_at_once() -> None:
    """Once a picture has shown that the camera marks rightly, none waits for the next."""
    joiner = PictureJoiner("h264", 96)
    assert joiner.feed(frames([(SPS, 0, False), (PPS, 0, False), (IDR, 0, True)])) == []
    pictures = joiner.feed(frames([(FIRST, 3000, False), (SECOND, 3000, True)], begin=3))
    assert whole(pictures) == [([SPS, PPS, IDR], 0), ([FIRST, SECOND], 3000)]
    assert joiner.between


@pytest.mark.parametrize("marked", [True, False], ids=["each slice marked", "nothing marked"])
def test_wrong_markers_part_no_picture(*, marked: bool) -> None:
    """Cameras that mark every slice, or none: a picture ends where the next begins."""
    joiner = PictureJoiner("h264", 96)
    sent = [(slice_, stamp, marked) for stamp in (0, 3000, 6000) for slice_ in (FIRST, SECOND)]
    assert whole(joiner.feed(frames(sent))) == [([FIRST, SECOND], 0), ([FIRST, SECOND], 3000)]


def test_pictures_with_one_stamp_stay_apart() -> None:
    """A camera whose clock stands still sends pictures all the same."""
    joiner = PictureJoiner("h264", 96)
    pictures = joiner.feed(frames([(FIRST, 7, False)] * 4))
    assert whole(pictures) == [([FIRST], 7)] * 3


def test_what_comes_before_a_picture_belongs_to_it() -> None:
    """Parameter sets in packets of their own, marked, and under another stamp."""
    joiner = PictureJoiner("h264", 96)
    sent = [
        (FIRST, 0, True),
        (SPS, 100, True),
        (PPS, 200, True),
        (SEI, 300, True),
        (IDR, 300, True),
    ]
    assert whole(joiner.feed(frames(sent))) == [([FIRST], 0), ([SPS, PPS, SEI, IDR], 300)]


def test_start_codes_inside_of_a_payload_are_parted() -> None:
    """Cameras that hand their encoder's output through: several units in one packet or fragment."""
    joined = b"\0\0\0\1".join((SPS, PPS, IDR))
    joiner = PictureJoiner("h264", 96)
    sent = [(b"\0\0\0\1" + joined, 0, True), *((body, 9, False) for body in fragments(joined, 6))]
    pictures = joiner.feed(frames([*sent, (FIRST, 99, True)]))
    assert [[unit.rstrip(b"\0") for unit in units] for units, _ in whole(pictures)][:2] == [
        [SPS, PPS, IDR.rstrip(b"\0")]
    ] * 2


def test_a_lost_packet_costs_its_unit_only() -> None:
    """Of two slices the one whose piece is missing is left out, the picture keeps the other."""
    joiner = PictureJoiner("h264", 96)
    long = FIRST + bytes(range(1, 60))
    pieces = [(body, 0, False) for body in fragments(long, 20)]
    joiner.feed(frames(pieces[:1]))
    pictures = joiner.feed(frames([*pieces[2:], (SECOND, 0, True), (FIRST, 3000, True)], begin=2))
    assert whole(pictures) == [([SECOND], 0), ([FIRST], 3000)]
    assert joiner.lost == 1
    assert sum(picture.broken for picture in pictures) == 0


def test_padding_and_extensions_are_no_picture() -> None:
    """A packet of padding alone, with a number of its own, leaves no hole; its marker counts."""
    joiner = PictureJoiner("h264", 96)
    joiner.feed(frames([(FIRST, 0, True)]))
    one, two = frames([(FIRST, 9, False)], begin=1), frames([(b"\0\0\0\4", 9, True)], begin=2)
    padded = Frames(0, bytes((0x80 | 0x20,)) + two.data[1:], two.spans)
    extended = bytes((0x80 | 0x10,)) + one.data[1:12] + b"\xbe\xde\0\1abcd" + one.data[12:]
    joiner.feed(Frames(0, extended, [(0, len(extended))]))
    assert whole(joiner.feed(padded)) == [([FIRST], 9)]
    assert joiner.lost == 0


def test_stamps_and_numbers_go_on_where_they_wrap() -> None:
    """After 2**32 ticks and 2**16 packets nothing is lost and no time goes back."""
    joiner = PictureJoiner("h264", 96)
    sent = [(FIRST, (1 << 32) - 6000 + 3000 * number, True) for number in range(5)]
    pictures = joiner.feed(frames(sent, begin=65534))
    stamps = [picture.stamp for picture in pictures]
    assert {later - earlier for earlier, later in itertools.pairwise(stamps)} == {3000}
    assert len(pictures) == 5
    assert joiner.lost == 0


@pytest.mark.parametrize("numbered", [False, True])
def test_the_packings_of_h265(*, numbered: bool) -> None:
    """Single, aggregated and fragmented units come out as they were, also with order numbers."""
    vps, sps = b"\x40\x01\x0c\x01", b"\x42\x01\x01\x01"
    idr = b"\x26\x01\xaf" + bytes(range(40))
    order, step = (b"\0\7", b"\0") if numbered else (b"", b"")
    sized = [len(unit).to_bytes(2, "big") + unit for unit in (vps, sps)]
    aggregate = b"\x60\x01" + order + sized[0] + step + sized[1]
    first, last = b"\x62\x01\x93" + order + idr[2:20], b"\x62\x01\x53" + idr[20:]
    single = b"\x02\x01" + order + b"\xd0\x99"
    joiner = PictureJoiner("hevc", 96, numbered=numbered)
    bodies = [aggregate, first, last]
    pictures = joiner.feed(
        frames([*((body, 0, body is last) for body in bodies), (single, 9, True)])
    )
    assert whole(pictures) == [([vps, sps, idr], 0), ([b"\x02\x01\xd0\x99"], 9)]
