"""Writing and reading back through real files, keys and database."""

from contextlib import closing
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.model.errors import NotFoundError, StorageError
from consentry.model.ids import SegmentId
from consentry.model.media import Gap, StreamName, TrackKind
from consentry.model.time import SECOND, Micros, Span
from consentry.seal import DataKey
from consentry.store import erase, gaps, segments, volumes
from consentry.store.appender import Appender
from consentry.store.messages import KeyWanted, SegmentClosed, SegmentOpened
from consentry.store.segment_file import Description, Place
from consentry.store.timeline import timeline
from tests.store.film import FPS, START, film, fragments_numbers, jpeg_number
from tests.store.house import DOOR, House, build

WHOLE = Span(Micros(START - SECOND), Micros(START + 1000 * SECOND))


def numbers(house: House, span: Span, *, key_frames_only: bool = False) -> list[int]:
    """Return the numbers of the pictures read back for a span."""
    footage = house.footage
    found: list[int] = []
    for segment in footage.segments(DOOR, span):
        fragments = footage.fragments(
            segment, span, TrackKind.VIDEO, key_frames_only=key_frames_only
        )
        found += fragments_numbers(footage.init(segment, TrackKind.VIDEO), fragments)
    return found


def at(seconds: float) -> Micros:
    """Return a moment of the film."""
    return Micros(START + int(seconds * SECOND))


def test_all_parts_come_back_as_they_were(house: House) -> None:
    """What was written is read back byte for byte, both tracks."""
    recorded = film(seconds=10, audio="aac")
    house.record(recorded)
    (segment,) = house.recorded()
    parts = tuple(house.footage.parts(segment, WHOLE))
    assert parts == recorded.parts
    assert segment.init == recorded.run.init
    assert segment.start == START
    assert segment.duration == 10 * SECOND


def test_segments_close_at_the_first_key_frame_after_a_minute(house: House) -> None:
    """150 s with a key frame every 7 s become segments of 63 s that follow each other exactly."""
    house.record(film(seconds=150, key_distance=7))
    recorded = house.recorded()
    assert [segment.duration for segment in recorded] == [63 * SECOND, 63 * SECOND, 24 * SECOND]
    assert all(a.span.end == b.span.start for a, b in pairwise(recorded))
    assert [segment.sequence for segment in recorded] == [1, 2, 3]
    assert numbers(house, WHOLE) == list(range(1500))


def test_key_frame_table_points_at_key_frames(house: House) -> None:
    """Each entry of the table is the offset of a unit that begins with that key frame."""
    house.record(film(seconds=20))
    (segment,) = house.recorded()
    assert [frame.time for frame in segment.key_frames] == [n * 2 * SECOND for n in range(10)]
    for index, frame in enumerate(segment.key_frames):
        moment = Micros(START + frame.time)
        picture = house.footage.preview(DOOR, moment)
        assert jpeg_number(picture) == index * 2 * FPS


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_reading_enters_at_the_key_frame_before(house: House, codec: str, b_frames: int) -> None:
    """A span is read from the key frame at or before its start and ends where it ends."""
    house.record(film(seconds=12, codec=codec, b_frames=b_frames))
    (segment,) = house.recorded()
    delay = segment.media_start  # pictures are shown this long after they are decoded
    first, last = at(5), at(7)
    found = numbers(house, Span(Micros(first + delay), Micros(last + delay)))
    assert found[0] == 4 * FPS
    assert set(range(4 * FPS, 7 * FPS)) <= set(found)
    assert len(found) <= 3 * FPS + 3


def test_playing_behind_a_seam_leaves_out_what_cannot_be_decoded(house: House) -> None:
    """Pictures that lean on deleted ones are not played; where nothing is missing all are."""
    house.record(film(seconds=70, codec="hevc", b_frames=2, open_groups=True))
    whole = Span(at(0), at(100))
    first, second = house.recorded()
    with_lead = len(list(house.footage.fragments(second, whole, TrackKind.VIDEO)))
    erase.erase_range(house.database, house.volume, house.household, DOOR, first.span)
    (alone,) = house.recorded()
    behind = len(list(house.footage.fragments(alone, whole, TrackKind.VIDEO)))
    assert 1 <= with_lead - behind <= 2


def test_key_frames_only_for_fast_playing(house: House) -> None:
    """Above 4x only key frames are read."""
    house.record(film(seconds=20))
    assert numbers(house, Span(at(3), at(12)), key_frames_only=True) == [20, 40, 60, 80, 100]
    for_ever = Span(at(15), Micros(START + 10**15))
    assert numbers(house, for_ever, key_frames_only=True) == [140, 160, 180]


def test_damaged_key_frame_is_left_out_of_fast_playing(house: House) -> None:
    """One key frame that does not open costs one picture."""
    house.record(film(seconds=20))
    (segment,) = house.recorded()
    (path,) = house.volume.path.rglob("*.seg")
    content = bytearray(path.read_bytes())
    content[segment.key_frames[3].offset + 100] ^= 1
    path.write_bytes(content)
    found = numbers(house, Span(at(3), at(12)), key_frames_only=True)
    assert found == [20, 40, 80, 100]


def test_segment_being_written_is_read(house: House) -> None:
    """What was recorded a second ago is there, before its segment closes."""
    recorded = film(seconds=10)
    writer = house.writer()
    house.write(writer, recorded)
    found = numbers(house, WHOLE)
    assert found == list(range(len(found)))
    assert len(found) >= 9 * FPS
    assert house.recorded()[0].duration == len(found) * SECOND // FPS
    writer.close()
    assert numbers(house, WHOLE) == list(range(10 * FPS))


def test_preview_is_the_key_frame_before(house: House) -> None:
    """The preview of a moment is the key frame at or before it, in the width asked for."""
    house.record(film(seconds=10))
    assert jpeg_number(house.footage.preview(DOOR, at(7.9), width=48)) == 6 * FPS
    with pytest.raises(NotFoundError):
        house.footage.preview(DOOR, at(60))


def test_no_byte_before_the_key_is_granted(house: House) -> None:
    """No file exists until the hub made the key durable; then everything that waited is in it."""
    recorded = film(seconds=10)
    writer = house.writer()
    (wanted,) = (m for m in house.messages if isinstance(m, KeyWanted))
    pending, writer.wanted[:] = list(writer.wanted), []
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[:50])
    assert not writer.recording
    assert not list(house.volume.path.rglob("*.seg"))
    assert pending == [wanted]
    writer.grant(wanted.segment)
    house.feed(writer, recorded.parts[50:])
    writer.close()
    assert numbers(house, WHOLE) == list(range(10 * FPS))


def test_every_segment_has_a_key_of_its_own(house: House) -> None:
    """No unit of one opens with the key of another: deleting one destroys what opens it."""
    house.record(film(seconds=150))
    ids = [segment.id for segment in house.recorded()]
    assert len(ids) == 3
    keys = set()
    for id_ in ids:
        sealed = house.database.call(segments.get, id_).sealed_key
        context = Place(DOOR, StreamName.MAIN, id_).context
        keys.add(house.household.open_key(sealed, context).reveal())
    assert len(keys) == 3


def test_a_file_that_is_there_is_never_written_on(house: House) -> None:
    """Whatever names the same segment twice, nothing is appended to what another key sealed."""
    recorded = film(seconds=1)
    place = Place(DOOR, StreamName.MAIN, SegmentId("twice00000000001"))
    described = Description(recorded.run, START, Micros(0))
    with closing(Appender(house.volume, place, key=DataKey.random(), description=described)) as one:
        one.append(recorded.parts, media_time=Micros(0), key_frame=True)
    (file,) = house.volume.path.rglob("*.seg")
    before = file.read_bytes()
    with pytest.raises(StorageError):
        Appender(house.volume, place, key=DataKey.random(), description=described)
    assert file.read_bytes() == before


def test_segment_goes_on_while_no_key_is_granted(house: House) -> None:
    """A hub that stalls delays the end of a segment and loses nothing."""
    recorded = film(seconds=150, key_distance=7)
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[:1])
    stalled, writer.wanted = writer.wanted, []
    house.feed(writer, recorded.parts[1:1000])
    assert len(house.recorded()) == 1
    writer.grant(stalled[0].segment)
    house.feed(writer, recorded.parts[1000:])
    writer.close()
    assert [segment.duration for segment in house.recorded()] == [105 * SECOND, 45 * SECOND]
    assert numbers(house, WHOLE) == list(range(1500))


def test_cut_closes_the_segment_without_a_hole(house: House) -> None:
    """A cut ends the open segment at once, in the middle of a group, and loses no picture."""
    recorded = film(seconds=10, key_distance=5)
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[:33])
    writer.cut()
    house.feed(writer, recorded.parts[33:])
    writer.close()
    first, second = house.recorded()
    assert first.duration == 3.3 * SECOND
    assert second.start == first.span.end
    assert [frame.time for frame in second.key_frames] == [1.7 * SECOND]
    parts = (*house.footage.parts(first, WHOLE), *house.footage.parts(second, WHOLE))
    assert parts == recorded.parts


def test_camera_without_key_frames_is_cut_after_five_minutes(house: House) -> None:
    """A segment never grows without end, even where no key frame comes."""
    house.record(film(seconds=400, key_distance=400))
    assert [segment.duration for segment in house.recorded()] == [300 * SECOND, 100 * SECOND]


def test_hole_between_runs_is_a_gap_with_a_reason(house: House) -> None:
    """Where nothing was recorded between two runs, the timeline says why."""
    house.record(film(seconds=10))
    house.record(film(seconds=10, start=at(40), reason="discontinuity"))
    line = house.database.call(timeline, DOOR, WHOLE, now=at(50))
    assert line.recorded == (Span(at(0), at(10)), Span(at(40), at(50)))
    assert [(gap.span, gap.reason) for gap in line.gaps] == [
        (Span(at(10), at(40)), "discontinuity")
    ]


def test_gap_that_still_grows_is_drawn(house: House) -> None:
    """While nothing is recorded the timeline says so, with the reason of the moment."""
    house.record(film(seconds=10))
    line = house.database.call(timeline, DOOR, WHOLE, now=at(60), missing="unreachable")
    assert [(gap.span, gap.reason) for gap in line.gaps] == [(Span(at(10), at(60)), "unreachable")]
    writer = house.writer()
    house.write(writer, film(seconds=10, start=at(60), reason="start"))
    line = house.database.call(timeline, DOOR, WHOLE, now=at(70), missing="unreachable")
    assert [(gap.span, gap.reason) for gap in line.gaps] == [(Span(at(10), at(60)), "start")]
    writer.close()


def test_explained_part_of_a_hole_keeps_its_reason(house: House) -> None:
    """A hole that the hub explained already is only filled up around the explanation."""
    house.record(film(seconds=10))
    gap = Gap(DOOR, StreamName.MAIN, Span(at(12), at(30)), "unreachable")
    house.database.call(gaps.add, gap)
    house.record(film(seconds=10, start=at(40), reason="start"))
    found = house.database.call(gaps.within, DOOR, WHOLE)
    assert [(gap.span.start, gap.reason) for gap in found] == [
        (at(10), "start"),
        (at(12), "unreachable"),
        (at(30), "start"),
    ]


def test_clock_that_goes_back_hides_nothing(house: House) -> None:
    """Footage of an hour that the clock shows twice is all there, in the order it was recorded."""
    house.record(film(seconds=10))
    house.record(film(seconds=12, start=at(5), reason="clock"))
    recorded = house.recorded()
    assert [segment.start for segment in recorded] == [at(0), at(5)]
    found = house.footage.segments(DOOR, Span(at(6), at(8)))
    assert [segment.id for segment in found] == [segment.id for segment in recorded]


def test_messages_of_a_segment_come_in_order(house: House) -> None:
    """KeyWanted, SegmentOpened, SegmentClosed; one key is always asked for ahead."""
    house.record(film(seconds=10))
    kinds = [type(message) for message in house.messages]
    assert kinds == [KeyWanted, SegmentOpened, KeyWanted, SegmentClosed]
    assert house.database.call(segments.unfinished) == ()


class Delay(NamedTuple):
    """After how many parts grants come late, for how long, and when the writer is cut."""

    from_part: int
    parts: int
    cut_at: int


@settings(max_examples=25, deadline=None)
@given(
    st.builds(Delay, st.integers(0, 1500), st.integers(1, 1500), st.integers(0, 1500)),
    st.sampled_from([2, 7, 50]),
)
def test_every_part_is_written_once(
    tmp_path_factory: pytest.TempPathFactory, delay: Delay, key_distance: int
) -> None:
    """However late keys are granted and whenever it is cut, each part is on disk once, in order."""
    house = build(tmp_path_factory.mktemp("house"))
    recorded = film(seconds=150, key_distance=key_distance)
    writer = house.writer()
    writer.begin(recorded.run)
    withheld: list[KeyWanted] = []
    for index, part in enumerate(recorded.parts):
        if index == delay.cut_at:
            writer.cut()
        if delay.from_part <= index < delay.from_part + delay.parts:
            withheld, writer.wanted[:] = withheld + writer.wanted, []
        else:
            for wanted in withheld:
                writer.grant(wanted.segment)
            withheld.clear()
        house.feed(writer, [part])
    for wanted in withheld:
        writer.grant(wanted.segment)
    writer.tick()
    writer.close()
    found = [p for segment in house.recorded() for p in house.footage.parts(segment, WHOLE)]
    house.database.close()
    if delay.from_part + delay.parts < len(recorded.parts):
        assert tuple(found) == recorded.parts
    else:
        assert tuple(found) == recorded.parts[: len(found)]


@pytest.mark.parametrize("within", [100, 7, 0])
def test_damaged_unit_is_left_out(house: House, within: int) -> None:
    """A flipped bit in a unit, or in its length, costs a group of pictures at most."""
    house.record(film(seconds=20))
    (segment,) = house.recorded()
    (path,) = house.volume.path.rglob("*.seg")
    content = bytearray(path.read_bytes())
    content[segment.key_frames[3].offset + within] ^= 1
    path.write_bytes(content)
    parts = tuple(house.footage.parts(segment, WHOLE))
    found = {part.dts // 9000 for part in parts}
    assert set(range(200)) - found <= set(range(60, 80))
    assert found >= {*range(60), *range(80, 200)}


def test_recordings_of_another_disk_are_named(house: House) -> None:
    """Footage on a disk that is not the current one is refused with a sentence, not lost."""
    house.record(film(seconds=10))
    other = house.database.call(volumes.current, house.folder / "other")
    house.volume = other
    with pytest.raises(StorageError, match="another disk"):
        house.footage.segments(DOOR, WHOLE)
    house.record(film(seconds=10, start=at(60), reason="start"))
    assert len(house.footage.segments(DOOR, WHOLE)) == 1


def test_nothing_readable_on_disk(house: House) -> None:
    """No sample, camera name, address or id of the codec stands openly in any file."""
    recorded = film(seconds=10, audio="aac")
    house.record(recorded)
    house.database.checkpoint()
    samples = [bytes(part.sample[:16]) for part in recorded.parts if len(part.sample) > 16]
    words = [b"Front door", b"192.0.2.1", b"moof", b"mdat", b"avc1", b"h264", b"segments"]
    for path in house.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [needle for needle in (*samples, *words) if needle in content], path
