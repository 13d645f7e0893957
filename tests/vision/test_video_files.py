"""Any file that FFmpeg reads gives frames with true times; what is no video says so."""

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from consentry.model.errors import InputError
from consentry.model.time import SECOND
from consentry.vision.video_file import VideoFile
from tests.vision.painted_scene import (
    HEIGHT,
    WIDTH,
    astronaut,
    background,
    passing,
    write_video,
)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "libx264"), ("a.mkv", "libx265"), ("a.avi", "mpeg4"), ("a.webm", "libvpx")],
)
def test_containers_and_codecs(tmp_path: Path, name: str, codec: str) -> None:
    """Every picture comes out, a tenth of a second apart, from whatever container and codec."""
    path = write_video(tmp_path / name, passing(astronaut(200), seconds=1), codec=codec)
    with VideoFile(path) as video:
        times = [frame.time for frame in video]
    assert len(times) == 30
    assert times[0] == 0
    assert times[-1] == pytest.approx(2.9 * SECOND, abs=2000)
    assert video.duration == pytest.approx(3 * SECOND, abs=2000)
    assert video.broken is None


def test_variable_frame_rate_keeps_its_times(tmp_path: Path) -> None:
    """Frames that were taken at odd moments come with these moments."""
    moments = [0.0, 0.1, 0.15, 0.9, 1.0, 3.0, 3.033]
    pictures = [background()] * len(moments)
    path = write_video(tmp_path / "vfr.mkv", pictures, times=moments)
    with VideoFile(path) as video:
        times = [frame.time / SECOND for frame in video]
    assert times == pytest.approx(moments, abs=0.002)


def test_anamorphic_pictures_are_shown_with_square_pixels(tmp_path: Path) -> None:
    """960x1080 with pixels twice as wide as high is looked at as 16:9."""
    path = write_video(
        tmp_path / "wide.mp4",
        [background(960, 1080)] * 3,
        size=(960, 1080),
        sample_aspect=Fraction(2),
    )
    with VideoFile(path) as video:
        frame = next(iter(video))
        assert frame.aspect == pytest.approx(16 / 9)
        assert frame.picture().rgb.shape == (720, 1280, 3)


@pytest.mark.parametrize(
    ("matrix", "corner"),
    [((0, 1, -1, 0), (0, -1)), ((0, -1, 1, 0), (-1, 0)), ((-1, 0, 0, -1), (-1, -1))],
)
def test_a_phone_held_upright_films_upright(
    tmp_path: Path, matrix: tuple[int, int, int, int], corner: tuple[int, int]
) -> None:
    """The display matrix of the file turns what is seen: clockwise, counterclockwise, over."""
    picture = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    picture[:80, :80] = 230
    path = write_video(tmp_path / "phone.mp4", [picture] * 3)
    turn_track(path, matrix)
    with VideoFile(path) as video:
        frame = next(iter(video))
        upright = bool(matrix[1])
        assert frame.size == ((HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT))
        assert frame.aspect == pytest.approx(HEIGHT / WIDTH if upright else WIDTH / HEIGHT)
        shown = frame.picture().rgb[..., 0]
        small = frame.small_luma(4, 4)
    assert shown.shape == frame.size[::-1]
    assert small.shape == (frame.size[1] // 4, frame.size[0] // 4)
    assert shown[corner] > 200
    assert small[corner] > 200
    assert shown[shown.shape[0] // 2, shown.shape[1] // 2] < 80


def turn_track(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Write the a, b, c, d of a display matrix into a file's track header (ISO 14496-12, 8.3.2)."""
    data = path.read_bytes()
    at = data.index(b"tkhd") + 44
    a, b, c, d = (value << 16 for value in matrix)
    turned = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data[:at] + turned + data[at + len(turned) :])


def test_a_truncated_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    """Half a file gives its half, and says how much is missing."""
    whole = write_video(tmp_path / "whole.mkv", passing(astronaut(200), seconds=6))
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with VideoFile(cut) as video:
        count = sum(1 for _ in video)
    assert 5 < count < 75
    assert video.broken is not None
    assert "cut.mkv" in video.broken


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.mp4", b""),
        ("words.mp4", b"This is not a video, whatever its name says.\n" * 40),
        ("noise.mp4", bytes((i * 7919 + i * i) % 251 for i in range(40_000))),
    ],
)
def test_what_is_no_video_is_named_in_one_sentence(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """Empty files, texts and random bytes are refused with the file's name."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=name), VideoFile(path) as video:
        list(video)


def test_an_mp4_without_its_index_is_named(tmp_path: Path) -> None:
    """A recording that was cut before its index was written cannot be read, and that is said."""
    whole = write_video(tmp_path / "whole.mp4", passing(astronaut(200), seconds=2))
    cut = tmp_path / "noindex.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InputError, match=r"noindex\.mp4"), VideoFile(cut) as video:
        list(video)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    """What is not there, or is a folder, is named too."""
    for path, said in ((tmp_path / "nowhere.mp4", "no such file"), (tmp_path, "a folder")):
        with pytest.raises(InputError, match=said), VideoFile(path):
            pass


def test_sound_without_pictures_is_named(tmp_path: Path) -> None:
    """A sound file has no video."""
    path = tmp_path / "sound.wav"
    header = b"RIFF$\x08\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"
    path.write_bytes(
        header
        + b"\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x08\x00\x00"
        + bytes(2048)
    )
    with pytest.raises(InputError, match="no video"), VideoFile(path):
        pass


def test_times_that_begin_anew_go_on(tmp_path: Path) -> None:
    """A transport stream whose clock restarts in the middle is as long as both its halves."""
    first = write_video(tmp_path / "first.ts", passing(astronaut(200), seconds=1))
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() * 2)
    with VideoFile(joined) as video:
        times = [frame.time for frame in video]
    assert times == sorted(times)
    assert times[-1] == pytest.approx(5.9 * SECOND, abs=0.3 * SECOND)
