"""The bytes of a segment file: vectors, damage, and random bytes."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.model.errors import IntegrityError
from consentry.model.ids import CameraId, SegmentId
from consentry.model.media import Part, StreamName, TrackKind
from consentry.model.time import Micros
from consentry.seal import DataKey
from consentry.store.appender import Appender
from consentry.store.segment_file import (
    HEADER_SIZE,
    UNIT_HEADER_SIZE,
    Description,
    Place,
    UnitFlag,
    file_header,
    open_unit,
    pack_description,
    pack_parts,
    parse_unit_header,
    seal_unit,
    unpack_description,
    unpack_parts,
)
from consentry.store.segment_reader import SegmentReader
from consentry.store.volume import Volume, relative_path
from tests.store.film import film

PLACE = Place(CameraId("cam0000000000001"), StreamName.MAIN, SegmentId("seg0000000000001"))
KEY = DataKey(bytes(range(32)))
PART = Part(
    kind=TrackKind.VIDEO,
    key=True,
    dts=90_000,
    cts_offset=-3,
    duration=3000,
    data=b"moofmdatsample",
    sample_offset=8,
    arrival=Micros(1_790_000_000_000_000),
)

# Vectors of format version 1 (docs/design/formats.md): made once, kept for ever.
HEADER = bytes.fromhex("434e5354525953470100000073656730303030303030303030303031")
PARTS = bytes.fromhex(
    "0001"
    "0101"
    "0008"
    "0000000000015f90"
    "fffffffd"
    "00000bb8"
    "00065bfeda25e000"
    "0000000e"
    "6d6f6f666d64617473616d706c65"
)
UNIT = bytes.fromhex(
    "000000400000000100000000000f424001000000000102030405060708090a0b4703d71ac5edc21b8d41978a"
    "ee7987927c2b8734fbc35f7a63993fa0fd6900b2011ec393c0a77ffc15d00c8ce5f7445db94b451904e089e7"
    "dc9c10d5c3945bef"
)

PARTS_STRATEGY = st.lists(
    st.builds(
        Part,
        kind=st.sampled_from(TrackKind),
        key=st.booleans(),
        dts=st.integers(-(1 << 63), (1 << 63) - 1),
        cts_offset=st.integers(-(1 << 31), (1 << 31) - 1),
        duration=st.integers(0, (1 << 32) - 1),
        data=st.binary(min_size=5, max_size=60),
        sample_offset=st.integers(0, 5),
        arrival=st.integers(0, 1 << 60).map(Micros),
    ),
    max_size=12,
)


def test_vectors_of_the_first_version() -> None:
    """Header, table of parts and a sealed unit are byte for byte what version 1 says."""
    assert file_header(PLACE.segment) == HEADER
    assert pack_parts([PART]) == PARTS
    sealed = seal_unit(
        KEY,
        PLACE,
        PARTS,
        sequence=1,
        media_time=Micros(1_000_000),
        flags=UnitFlag.KEY_FRAME,
        nonce=bytes(range(12)),
    )
    assert sealed == UNIT
    header = parse_unit_header(UNIT[:UNIT_HEADER_SIZE], HEADER_SIZE)
    assert unpack_parts(open_unit(KEY, PLACE, header, UNIT[UNIT_HEADER_SIZE:])) == (PART,)


@given(PARTS_STRATEGY)
def test_parts_come_back(parts: list[Part]) -> None:
    """Any parts pack and unpack to themselves."""
    assert unpack_parts(bytes(pack_parts(parts))) == tuple(parts)


@given(st.binary(max_size=400))
def test_random_bytes_never_crash_a_parser(content: bytes) -> None:
    """Random bytes are parts, a unit header, a description, or an IntegrityError."""
    for parse in (
        unpack_parts,
        unpack_description,
        lambda raw: parse_unit_header(raw[:UNIT_HEADER_SIZE], 0),
    ):
        try:
            parse(content)
        except IntegrityError:
            continue


@settings(max_examples=50)
@given(st.binary(max_size=2000))
def test_random_file_never_crashes_a_reader(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """A file of random bytes behind a right header gives units or an IntegrityError."""
    path = tmp_path_factory.getbasetemp() / f"random{os.getpid()}.seg"
    path.write_bytes(file_header(PLACE.segment) + content)
    with SegmentReader(path, PLACE) as reader:
        try:
            for header in reader.headers():
                reader.parts(header, KEY)
        except IntegrityError:
            return


def written(folder: Path) -> Path:
    """Write two units of a film below ``folder`` and return where."""
    recorded = film(seconds=2)
    description = Description(recorded.run, recorded.run.start, Micros(0))
    appender = Appender(Volume(folder, "x"), PLACE, key=KEY, description=description)
    for index in (0, 10):
        parts = recorded.parts[index : index + 10]
        time = Micros(index * 100_000)
        appender.append(parts, media_time=time, key_frame=index == 0)
    appender.close()
    return folder / relative_path(PLACE.camera, PLACE.stream, PLACE.segment)


@pytest.mark.parametrize("position", range(0, 2000, 37))
def test_one_flipped_bit_is_noticed_where_it_is(tmp_path: Path, position: int) -> None:
    """One flipped bit anywhere costs one unit at most; the error names it, the rest opens."""
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[position % len(content)] ^= 1 << position % 8
    path.write_bytes(content)
    opened, complaints = 0, []
    try:
        with SegmentReader(path, PLACE) as reader:
            for header in reader.headers():
                try:
                    opened += bool(reader.parts(header, KEY) or reader.description(KEY))
                except IntegrityError as error:
                    complaints.append(str(error))
    except IntegrityError as error:
        complaints.append(str(error))
    assert (opened, len(complaints)) == (2, 1) or opened < 2
    assert all(PLACE.segment in text or "at byte" in text for text in complaints)


def test_unit_opens_only_in_its_place(tmp_path: Path) -> None:
    """A unit moved to another camera, stream or segment, or renumbered, does not open."""
    path = written(tmp_path)
    with SegmentReader(path, PLACE) as reader:
        header = list(reader.headers())[1]
        sealed = path.read_bytes()[header.offset + UNIT_HEADER_SIZE : header.end]
    assert open_unit(KEY, PLACE, header, sealed)
    for place in (
        Place(CameraId("cam0000000000002"), PLACE.stream, PLACE.segment),
        Place(PLACE.camera, StreamName.SUB, PLACE.segment),
        Place(PLACE.camera, PLACE.stream, SegmentId("seg0000000000002")),
    ):
        with pytest.raises(IntegrityError):
            open_unit(KEY, place, header, sealed)
    moved = parse_unit_header(header.raw[:7] + b"\x09" + header.raw[8:], header.offset)
    with pytest.raises(IntegrityError, match="Unit 9"):
        open_unit(KEY, PLACE, moved, sealed)


@pytest.mark.parametrize("size", [0, 1, 27, HEADER_SIZE, HEADER_SIZE + 31])
def test_short_file_is_no_recording(tmp_path: Path, size: int) -> None:
    """Empty and truncated files say so, or hold no unit."""
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    if size < HEADER_SIZE:
        with pytest.raises(IntegrityError, match="empty or no recording"):
            SegmentReader(path, PLACE)
        return
    with SegmentReader(path, PLACE) as reader:
        assert list(reader.headers()) == []


def test_format_of_a_newer_version_is_named(tmp_path: Path) -> None:
    """A file of format 2 is refused by its number."""
    path = written(tmp_path)
    content = bytearray(path.read_bytes())
    content[8] = 2
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="format 2"):
        SegmentReader(path, PLACE)


def test_description_comes_back() -> None:
    """Unit 0 tells run, init and times."""
    run = film(seconds=2, audio="aac").run
    description = Description(run, Micros(5), Micros(7))
    assert unpack_description(pack_description(description)) == description
