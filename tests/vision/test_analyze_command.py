"""`consentry analyze` finds what passes in real files, and names what it cannot read."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.vision.painted_scene import (
    Rgb,
    astronaut,
    background,
    cat,
    passing,
    with_thing,
    write_video,
)


def consentry(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the real command."""
    command = [sys.executable, "-m", "consentry", "analyze", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def alerts(line: str) -> list[str]:
    """Return the labels of the alerts in a line of output."""
    found: dict[str, Any] = json.loads(line)
    return [event["label"] for event in found["events"] if event["alert"]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a few films."""
    folder = tmp_path_factory.mktemp("films")
    write_video(folder / "person.mp4", passing(astronaut(220), seconds=5))
    write_video(folder / "cat.mkv", passing(cat(130), seconds=5), codec="libx265")
    write_video(folder / "still.mp4", [background()] * 30)
    yard = background()
    standing = with_thing(yard, astronaut(220), 200, 100)
    random = [background(seed=seed) for seed in (1, 2)]
    flicker = [with_thing(standing, random[i % 2][:80, :80], 500, 20) for i in range(60)]
    write_video(folder / "standing.mp4", flicker)
    return folder


def test_what_passes_is_found(folder: Path) -> None:
    """A person and a cat that pass are one alert each; a still yard and a poster are none."""
    films = ("person.mp4", "cat.mkv", "still.mp4", "standing.mp4")
    done = consentry("--json", *(folder / film for film in films))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [alerts(line) for line in lines] == [["person"], ["animal"], [], []]
    first = json.loads(lines[0])
    assert first["video"] == str(folder / "person.mp4")
    assert first["duration_s"] == pytest.approx(7, abs=0.1)
    assert first["cpu_s"] > 0
    event = first["events"][0]
    assert 1.9 <= event["start_s"] <= 3.5
    assert event["start_s"] < event["end_s"] <= 7
    assert 0.4 <= event["score"] <= 1


def test_people_read_sentences(folder: Path) -> None:
    """Without --json a person reads what was found."""
    done = consentry(folder / "person.mp4")
    assert "person" in done.stdout
    assert "alert" in done.stdout


def test_bad_files_are_named_and_the_others_go_on(folder: Path, tmp_path: Path) -> None:
    """Each unreadable file is one sentence on stderr; the readable one is still analyzed."""
    empty, words, cut = tmp_path / "empty.mp4", tmp_path / "words.mp4", tmp_path / "cut.mp4"
    empty.touch()
    words.write_text("no video at all\n" * 100)
    cut.write_bytes((folder / "person.mp4").read_bytes()[:20_000])
    gone = tmp_path / "gone.mp4"
    done = consentry("--json", empty, words, folder / "still.mp4", cut, gone)
    assert done.returncode == 1
    assert [json.loads(line)["video"] for line in done.stdout.splitlines()] == [
        str(folder / "still.mp4")
    ]
    complaints = done.stderr.splitlines()
    assert len(complaints) == 4
    for complaint, path in zip(complaints, (empty, words, cut, gone), strict=True):
        assert complaint.startswith("consentry: ")
        assert str(path) in complaint


@pytest.mark.parametrize("aspect", [Fraction(2), Fraction(1, 2)])
def test_a_stretched_recording_is_seen_in_its_true_shape(tmp_path: Path, aspect: Fraction) -> None:
    """A film stored with wide or narrow pixels finds the same person."""
    size = (320, 360) if aspect == 2 else (640, 180)
    stretched: list[Rgb] = list(passing(astronaut(220), seconds=4))
    path = write_video(tmp_path / "film.mp4", stretched, size=size, sample_aspect=aspect)
    assert alerts(consentry("--json", path).stdout) == ["person"]


def test_a_variable_frame_rate_is_no_hindrance(tmp_path: Path) -> None:
    """A film whose frames come in bursts finds the person too, and counts true seconds."""
    pictures = list(passing(astronaut(220), seconds=5))
    times = [index / 10 + (0.06 if index % 3 else 0.0) for index in range(len(pictures))]
    path = write_video(tmp_path / "vfr.mkv", pictures, times=times)
    line = consentry("--json", path).stdout
    assert alerts(line) == ["person"]
    assert json.loads(line)["duration_s"] == pytest.approx(7, abs=0.2)


def test_wrong_usage(tmp_path: Path) -> None:
    """Without a file the command explains itself and exits with 2."""
    assert consentry("--json").returncode == 2
    assert "FILE" in consentry("--help").stdout
    assert tmp_path.exists()
