"""Exports: standard MP4 files with an exact first picture."""

import io
import json
import subprocess
from pathlib import Path

import av
import pytest

from consentry.model.errors import InputError, IntegrityError, NotFoundError
from consentry.model.time import SECOND, Micros, Span
from consentry.store import erase, export
from tests.store.film import FPS, START, film, numbers
from tests.store.house import DOOR, House


def at(seconds: float) -> Micros:
    """Return a moment of the film."""
    return Micros(START + round(seconds * SECOND))


def exported(house: House, start: float, end: float) -> tuple[export.Export, bytes]:
    """Export a stretch of the film."""
    plan = export.plan(house.footage, DOOR, Span(at(start), at(end)))
    content = b"".join(plan.chunks())
    assert len(content) == plan.size
    return plan, content


def sound(content: bytes) -> tuple[float, float, str]:
    """Return (first, last) second of the sound as a player hears it, and its codec."""
    with av.open(io.BytesIO(content), "r") as container:
        stream = container.streams.audio[0]
        frames = [frame for frame in container.decode(stream) if frame.time is not None]
        last = frames[-1]
        end = (last.time or 0) + last.samples / last.sample_rate
        return frames[0].time or 0, end, stream.codec_context.name


def complaints(content: bytes, folder: Path) -> bytes:
    """Return what FFmpeg has to say against a film while it decodes it."""
    path = folder / "clip.mp4"
    path.write_bytes(content)
    decode = ["ffmpeg", "-v", "warning", "-i", str(path), "-f", "null", "-"]
    return subprocess.run(decode, capture_output=True, check=True).stderr


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize("start", [4.0, 5.3])
def test_first_and_last_picture_are_exact(
    house: House, codec: str, b_frames: int, start: float
) -> None:
    """A player shows exactly the pictures of the stretch, wherever it begins in its group."""
    house.record(film(seconds=12, codec=codec, b_frames=b_frames))
    delay = house.recorded()[0].media_start / SECOND
    plan, content = exported(house, start + delay, 8.0 + delay)
    assert numbers(content) == list(range(round(start * FPS), 8 * FPS))
    assert plan.lead == round((start - 4.0) * SECOND)
    assert plan.duration == round((8.0 - start) * SECOND)


def test_stretch_across_segments_is_one_film(house: House) -> None:
    """A minute's end within a stretch is not seen."""
    house.record(film(seconds=130, key_distance=7))
    assert len(house.recorded()) == 3
    plan, content = exported(house, 50, 129)
    assert numbers(content) == list(range(500, 1290))
    assert plan.duration == 79 * SECOND


def test_sound_stays_with_its_picture(house: House) -> None:
    """AAC is copied, and begins and ends with the pictures."""
    house.record(film(seconds=12, audio="aac"))
    plan, content = exported(house, 5.3, 9.3)
    first, last, codec = sound(content)
    assert codec == "aac"
    assert abs(first) < 0.065
    assert abs(last - 4.0) < 0.13
    assert numbers(content) == list(range(53, 93))
    assert plan.codec.endswith(", mp4a.40.2")


def test_opus_becomes_aac(house: House) -> None:
    """Opus, which QuickTime does not play, is exported as AAC of the same length."""
    house.record(film(seconds=12, audio="opus"))
    _, content = exported(house, 5.3, 9.3)
    first, last, codec = sound(content)
    assert codec == "aac"
    assert abs(first) < 0.025
    assert abs(last - 4.0) < 0.13
    assert numbers(content) == list(range(53, 93))


def test_hole_is_held_for_a_second(house: House) -> None:
    """Where half a minute is missing, the last picture stands for a second and the film goes on."""
    house.record(film(seconds=10, audio="aac"))
    house.record(film(seconds=10, audio="aac", start=at(40), reason="discontinuity"))
    plan, content = exported(house, 5, 45)
    assert plan.duration == (5 + 1 + 5) * SECOND
    assert numbers(content) == [*range(50, 100), *range(50)]
    with av.open(io.BytesIO(content), "r") as container:
        times = [frame.time or 0 for frame in container.decode(video=0)]
    assert times[50] == pytest.approx(6.0, abs=0.001)


def test_camera_that_changed_its_size_stays_one_film(house: House) -> None:
    """New parameters within a stretch stand in the samples, and every picture decodes."""
    house.record(film(seconds=10))
    house.record(film(seconds=10, width=128, start=at(10), reason="parameters"))
    _, content = exported(house, 5, 15)
    with av.open(io.BytesIO(content), "r") as container:
        widths = [frame.width for frame in container.decode(video=0)]
    assert widths == [64] * 50 + [128] * 50
    assert b"avc3" in content


def test_camera_that_changed_its_codec_is_exported_in_pieces(house: House) -> None:
    """No player changes its decoder within a track: the sentence says where to cut."""
    house.record(film(seconds=10))
    house.record(film(seconds=10, codec="hevc", start=at(10), reason="parameters"))
    with pytest.raises(InputError, match="changed from h264 to hevc"):
        exported(house, 5, 15)
    assert numbers(exported(house, 5, 9.9)[1]) == list(range(50, 99))


def test_file_is_standard_and_begins_with_its_index(house: House, tmp_path: Path) -> None:
    """Ffmpeg reads the file without a complaint, hvc1 for H.265, moov before mdat."""
    house.record(film(seconds=12, codec="hevc", audio="aac"))
    _, content = exported(house, 5, 9)
    assert content.index(b"ftyp") < content.index(b"moov") < content.index(b"mdat")
    assert complaints(content, tmp_path) == b""
    path = tmp_path / "clip.mp4"
    probe = subprocess.run(
        ["ffprobe", "-v", "warning", "-show_streams", "-of", "json", path],
        capture_output=True,
        check=True,
    )
    streams = json.loads(probe.stdout)["streams"]
    assert [stream["codec_tag_string"] for stream in streams] == ["hvc1", "mp4a"]
    assert probe.stderr == b""


@pytest.mark.parametrize("until", [5.5, 26.5, 28.5])
def test_nothing_that_leans_on_deleted_pictures_is_shown(
    house: House, tmp_path: Path, until: float
) -> None:
    """Behind a seam of H.265 with open groups all is decoded, however long the deleted stretch.

    Picture order counts wrap at 256: beyond, a decoder takes the second half for the first.
    """
    house.record(film(seconds=40, codec="hevc", b_frames=2, open_groups=True))
    erase.erase_range(house.database, house.volume, house.household, DOOR, Span(at(4.5), at(until)))
    _, content = exported(house, 0, 41)
    resumed = next(number for number in numbers(content) if number > 45)
    assert resumed % 20 == 0
    assert numbers(content) == [*range(39), *range(resumed, 400)]  # 39 leads the key frame of 40
    assert complaints(content, tmp_path) == b""


def test_film_that_begins_on_an_open_group_shows_its_key_frame_first(
    house: House, tmp_path: Path
) -> None:
    """What leads the first key frame of an export leans on pictures that are not in it."""
    house.record(film(seconds=12, codec="hevc", b_frames=2, open_groups=True))
    erase.erase_range(house.database, house.volume, house.household, DOOR, Span(at(0), at(1)))
    _, content = exported(house, 0, 13)
    assert numbers(content) == list(range(20, 120))
    assert complaints(content, tmp_path) == b""


def test_open_groups_without_a_seam_lose_nothing(house: House, tmp_path: Path) -> None:
    """Where a segment goes on from the one before, every picture is there."""
    house.record(film(seconds=70, codec="hevc", b_frames=2, open_groups=True))
    assert len(house.recorded()) == 2
    _, content = exported(house, 55, 66)
    shown = numbers(content)
    assert shown == list(range(shown[0], shown[0] + 110))
    assert complaints(content, tmp_path) == b""


def test_footage_still_being_written_is_exported(house: House) -> None:
    """The minute being recorded can be exported; what comes later doesn't change the file."""
    recorded = film(seconds=20)
    writer = house.writer()
    writer.begin(recorded.run)
    house.feed(writer, recorded.parts[:150])
    plan = export.plan(house.footage, DOOR, Span(at(5), at(12)))
    house.feed(writer, recorded.parts[150:])
    assert numbers(b"".join(plan.chunks())) == list(range(50, 120))
    writer.close()


def test_nothing_recorded_is_one_sentence(house: House) -> None:
    """A stretch without footage says so."""
    with pytest.raises(NotFoundError, match="Nothing was recorded"):
        exported(house, 0, 5)


def test_footage_deleted_meanwhile_ends_the_export(house: House) -> None:
    """A file whose footage goes away while it is sent ends with an error, not with wrong bytes."""
    house.record(film(seconds=10))
    plan = export.plan(house.footage, DOOR, Span(at(2), at(8)))
    (path,) = house.volume.path.rglob("*.seg")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(IntegrityError):
        b"".join(plan.chunks())
