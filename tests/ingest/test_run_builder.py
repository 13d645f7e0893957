"""Runs and parts from packets: what begins a run, what it carries, and where it lies in time."""

from dataclasses import dataclass, field

import pytest

from consentry.clock import AnchoredClock
from consentry.fmp4 import nal_units, parameter_sets, split_length_prefixed, video_codec
from consentry.ingest.run_builder import RunBuilder
from consentry.ingest.sound import sound_path
from consentry.model.errors import CameraError, CameraState
from consentry.model.media import Part, Run, TrackKind
from consentry.model.time import SECOND
from tests.fmp4.encoded_streams import FPS, Unit, encode_video
from tests.ingest.hand_clock import HandClock

STEP = 90000 // FPS
AAC_16K = b"\x14\x08"


@pytest.fixture(scope="module")
def film() -> list[Unit]:
    """Return two seconds of H.264, a key frame each second."""
    return encode_video("libx264")


@pytest.fixture(scope="module")
def wide_film() -> list[Unit]:
    """Return the same with other parameter sets."""
    return encode_video("libx264", sample_aspect="4/3")


@dataclass
class Feeding:
    """A builder being fed by a camera that sends evenly, and what came of it."""

    film: list[Unit]
    with_audio: bool = False
    clock: HandClock = field(default_factory=HandClock)
    sent: int = 0
    out: list[Run | Part] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Connect."""
        codec = video_codec("h264")
        announced = parameter_sets(codec, nal_units(self.film[0].data))
        self.anchored = AnchoredClock(self.clock)
        path = sound_path("aac", rate=16000, channels=1, extradata=AAC_16K)
        sound = path if self.with_audio else None
        self.builder = RunBuilder(announced, clock=self.anchored, sound=sound)

    def send(self, count: int, *, film: list[Unit] | None = None, audible: bool = False) -> None:
        """Send so many pictures in real time, with the sound between them if any."""
        units = film or self.film
        for _ in range(count):
            unit = units[self.sent % len(units)]
            stamp = 1_000_000 + self.sent * STEP
            if audible:
                self.out += self.builder.audio(
                    b"sound", stamp * 16 // 90, arrival=self.anchored.wall()
                )
            self.out += self.builder.video(
                [[nal] for nal in nal_units(unit.data)], stamp, arrival=self.anchored.wall()
            )
            self.sent += 1
            self.clock.go(1 / FPS)

    @property
    def runs(self) -> list[Run]:
        """Return the runs so far."""
        return [item for item in self.out if isinstance(item, Run)]

    @property
    def parts(self) -> list[Part]:
        """Return the parts so far."""
        return [item for item in self.out if isinstance(item, Part)]

    def first_parts(self) -> list[Part]:
        """Return the part right after each run."""
        places = [index for index, item in enumerate(self.out) if isinstance(item, Run)]
        return [part for place in places if isinstance(part := self.out[place + 1], Part)]


def test_nothing_comes_before_the_first_key_frame(film: list[Unit]) -> None:
    """A camera joined in the middle of a group: its rest is dropped, then all of it is there."""
    feeding = Feeding(film, sent=7)
    feeding.send(100)
    assert feeding.out[0] is feeding.runs[0]
    assert feeding.parts[0].key
    assert len(feeding.parts) == 100 - 13
    assert {part.kind for part in feeding.parts} == {TrackKind.VIDEO}


def test_samples_carry_no_parameter_sets(film: list[Unit]) -> None:
    """Parameter sets stand in the Init alone, as avc1 promises players."""
    feeding = Feeding(film)
    feeding.send(40)
    kinds = {nal[0] & 31 for part in feeding.parts for nal in split_length_prefixed(part.sample)}
    assert kinds & {7, 8, 9} == set()
    assert 5 in kinds


def test_a_burst_tells_the_true_start(film: list[Unit]) -> None:
    """Three kept seconds sent at once: the run began three seconds before they came."""
    feeding = Feeding(film)
    arrived = feeding.clock.wall()
    for index in range(60):
        unit = film[index % len(film)]
        feeding.out += feeding.builder.video(
            [[nal] for nal in nal_units(unit.data)], index * STEP, arrival=feeding.anchored.wall()
        )
    feeding.sent = 0
    feeding.clock.go(1 / FPS)
    for index in range(60, 100):
        unit = film[index % len(film)]
        feeding.out += feeding.builder.video(
            [[nal] for nal in nal_units(unit.data)], index * STEP, arrival=feeding.anchored.wall()
        )
        feeding.clock.go(1 / FPS)
    assert feeding.runs[0].start == arrived - 59 * SECOND // FPS
    assert len(feeding.parts) == 100


def test_a_short_stream_is_not_lost(film: list[Unit]) -> None:
    """What was held back while settling comes out when the camera hangs up."""
    feeding = Feeding(film)
    feeding.send(3)
    assert feeding.out == []
    feeding.out += feeding.builder.finish()
    assert len(feeding.runs) == 1
    assert len(feeding.parts) == 3


def test_other_parameter_sets_begin_a_run(film: list[Unit], wide_film: list[Unit]) -> None:
    """A camera switched to another picture: new run, new Init, at the very key frame; none lost."""
    feeding = Feeding(film)
    feeding.send(40)
    feeding.send(40, film=wide_film)
    assert [run.reason for run in feeding.runs] == ["start", "parameters"]
    assert [run.init.video.sample_aspect for run in feeding.runs] == [(1, 1), (4, 3)]
    assert all(part.key and part.dts == 0 for part in feeding.first_parts())
    assert len(feeding.parts) == 80
    assert feeding.runs[1].start - feeding.runs[0].start == 2 * SECOND


def test_silent_audio_is_left_out_until_heard(film: list[Unit]) -> None:
    """Announced sound joins at a key frame once it was heard, and leaves when it is silent."""
    feeding = Feeding(film, with_audio=True)
    feeding.send(60)
    feeding.send(80, audible=True)
    feeding.send(160)
    reasons = [(run.reason, run.init.audio is not None) for run in feeding.runs]
    assert reasons == [("start", False), ("audio", True), ("audio", False)]
    assert sum(part.kind is TrackKind.VIDEO for part in feeding.parts) == 300


def test_audio_lies_beside_its_picture(film: list[Unit]) -> None:
    """Sound stamped with the time of a picture gets that picture's time in the run."""
    feeding = Feeding(film, with_audio=True)
    feeding.send(60, audible=True)
    assert feeding.runs[0].init.audio is not None
    video = [part.dts / 90000 for part in feeding.parts if part.kind is TrackKind.VIDEO]
    audio = [part.dts / 16000 for part in feeding.parts if part.kind is TrackKind.AUDIO]
    assert all(min(abs(time - other) for other in video) <= 0.032 for time in audio)
    assert audio == sorted(set(audio))


@pytest.mark.parametrize("step", [3600.0, -7200.0, 366 * 86400.0])
def test_a_step_of_the_hubs_clock_begins_a_run(film: list[Unit], step: float) -> None:
    """The hub's clock is set: the next key frame begins a run on the new time, nothing is lost."""
    feeding = Feeding(film)
    feeding.send(45)
    feeding.clock.step(step)
    feeding.send(55)
    assert [run.reason for run in feeding.runs] == ["start", "clock"]
    passed = feeding.runs[1].start - feeding.runs[0].start
    assert passed == (step + 3) * SECOND
    assert len(feeding.parts) == 100
    assert all(abs(part.arrival - feeding.clock.wall()) < 3 * SECOND for part in feeding.parts[60:])


def test_a_small_step_of_the_clock_changes_nothing(film: list[Unit]) -> None:
    """NTP moving the clock by a second ends no run."""
    feeding = Feeding(film)
    feeding.send(45)
    feeding.clock.step(1.0)
    feeding.send(55)
    assert len(feeding.runs) == 1


def test_random_bytes_are_told_from_video(film: list[Unit]) -> None:
    """Rubbish in place of pictures ends the stream with its own state."""
    feeding = Feeding(film)
    feeding.send(20)
    rubbish = [Unit(b"\x00\x00\x00\x01\xff" + bytes([n]) * 50, 0, 0, key=False) for n in range(99)]
    with pytest.raises(CameraError, match="no video") as raised:
        feeding.send(99, film=rubbish)
    assert raised.value.state is CameraState.BROKEN_STREAM


def test_a_camera_without_key_frames_is_told(film: list[Unit]) -> None:
    """A minute without any key frame is a broken stream, not a silent wait."""
    feeding = Feeding(film)
    delta = [unit for unit in film if not unit.key]
    with pytest.raises(CameraError, match="key frame") as raised:
        feeding.send(61 * FPS, film=delta)
    assert raised.value.state is CameraState.BROKEN_STREAM
