"""Every way a camera misbehaves has its own state, or is repaired; read over real RTSP.

All cameras are read at once, once, and the tests look at what came of it: a stall takes five
seconds to be one.
"""

import itertools
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from consentry.ingest.dial import DIAL_SECONDS, dial
from consentry.ingest.rtsp_stream import PATIENCE_SECONDS
from consentry.model.errors import CameraError, CameraState
from consentry.model.media import TrackKind
from consentry.model.time import SECOND, Micros
from consentry.simcam import Film, FilmSpec, SimulatedCamera, SimulatedCameras, fault, film
from tests.ingest.announcing_camera import MJPEG, announcing
from tests.ingest.watching import PASSWORD, USER, Watched, Watching

LONG, SHORT = 30.0, 6.0
"""Seconds. The long ones end by themselves, 5 s after the last packet (12 s where none came), with
the fault's name."""

SILENCE = fault.Hang(after=1.0)


def _cameras(plain: Film) -> dict[str, SimulatedCamera]:
    """Return one camera for each fault; those first that take longest."""
    hevc = film(FilmSpec(codec="hevc", audio="opus"))
    alaw = film(FilmSpec(audio="pcm_alaw"))
    wide = film(FilmSpec(width=256, seconds=2))
    slow = film(FilmSpec(seconds=12, key_frame_s=10.0))
    bent = film(FilmSpec(b_frames=2, audio="aac"))

    def bad(*faults: fault.Fault, shown: Film = plain) -> SimulatedCamera:
        return SimulatedCamera(shown, user=USER, password=PASSWORD, faults=faults)

    return {
        "slow_key_frames": bad(shown=slow),
        "begins_late": bad(fault.LateStart(lasting=7.0)),
        "never_begins": bad(fault.LateStart(lasting=1000.0)),
        "hangs": bad(SILENCE),
        "no_answer": bad(fault.NoAnswer()),
        "rubbish_at_once": bad(fault.Garbage(after=0.0, framed=False)),
        "rubbish_later": bad(fault.Garbage(after=1.5, framed=False)),
        "rubbish_in_packets": bad(fault.Garbage(after=1.0)),
        "wrong_password": bad(fault.WrongPassword()),
        "not_found": bad(fault.NotFound()),
        "closes": bad(fault.Close(after=1.5)),
        "audio_only": bad(fault.AudioOnly(), shown=alaw),
        "healthy": bad(),
        "alaw": bad(shown=alaw),
        "hevc_opus": bad(shown=hevc),
        "b_frames": bad(shown=bent),
        "jumps_ahead": bad(fault.ClockJump(after=2.5, by=1000.0)),
        "jumps_back": bad(fault.ClockJump(after=2.5, by=-1000.0)),
        "wraps": bad(fault.ClockWrap(after=2.0)),
        "stands_still": bad(fault.ClockStop(after=2.0, lasting=2.0)),
        "stands_for_good": bad(fault.ClockStop(after=2.0)),
        "repeats": bad(fault.ClockRepeat(every=4)),
        "silent_audio": bad(fault.SilentAudio(), shown=alaw),
        "other_parameters": bad(shown=plain.then(wide)),
        "no_reports": bad(fault.NoReports(), shown=alaw),
        "late_key_frames": bad(fault.NoKeyFrames(lasting=3.0)),
    }


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Watched]]:
    """Read all cameras, sixteen at a time."""
    cameras = _cameras(film(FilmSpec(seconds=2)))

    def read(name: str) -> Watched:
        slowest = name in list(cameras)[2:8]
        seconds = 13.0 if name in list(cameras)[:2] else LONG if slowest else SHORT
        watching = Watching(server.url(name), seconds=seconds)
        watching.run()
        return watching.watched

    with SimulatedCameras(cameras) as server, ThreadPoolExecutor(16) as pool:
        yield dict(zip(cameras, pool.map(read, cameras), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("camera", "state"),
    [
        ("never_begins", CameraState.STALLED),
        ("hangs", CameraState.STALLED),
        ("no_answer", CameraState.STALLED),
        ("rubbish_at_once", CameraState.BROKEN_STREAM),
        ("rubbish_later", CameraState.BROKEN_STREAM),
        ("rubbish_in_packets", CameraState.BROKEN_STREAM),
        ("wrong_password", CameraState.WRONG_PASSWORD),
        ("not_found", CameraState.NOT_FOUND),
        ("closes", CameraState.DISCONNECTED),
        ("audio_only", CameraState.NO_VIDEO),
    ],
)
def test_each_fault_has_its_own_state(
    camera: str, state: CameraState, outcomes: dict[str, Watched]
) -> None:
    """The state names the fault, soon, and the sentence tells no password."""
    error = outcomes[camera].error
    assert error is not None
    assert error.state is state
    assert PASSWORD not in str(error)
    assert "s3cret" not in repr(error)
    assert error.__cause__ is None or "s3cret" not in str(error.__cause__)
    assert str(error).endswith(".")


REPAIRED = [
    "healthy",
    "alaw",
    "hevc_opus",
    "b_frames",
    "jumps_ahead",
    "jumps_back",
    "wraps",
    "stands_still",
    "stands_for_good",
    "repeats",
    "silent_audio",
    "other_parameters",
    "no_reports",
    "late_key_frames",
    "slow_key_frames",
    "begins_late",
]


@pytest.mark.slow
@pytest.mark.parametrize("camera", REPAIRED)
def test_a_repaired_stream_can_be_recorded(camera: str, outcomes: dict[str, Watched]) -> None:
    """Whatever the camera stamps: each run begins with a key frame at zero and its times grow."""
    watched = outcomes[camera]
    assert watched.error is None
    assert watched.runs
    for parts in watched.by_run():
        assert parts[0].key
        assert parts[0].dts == 0
        times = [part.dts for part in parts]
        assert times == sorted(set(times))
        assert all(part.cts_offset >= 0 for part in parts)
    for parts in watched.by_run(TrackKind.AUDIO):
        times = [part.dts for part in parts]
        assert times == sorted(set(times))


@pytest.mark.slow
@pytest.mark.parametrize("camera", REPAIRED)
def test_recorded_time_is_time_that_passed(camera: str, outcomes: dict[str, Watched]) -> None:
    """From the first second to the last, wall time by the media agrees with when parts came.

    Of each second its most punctual part counts: a busy machine delays single ones.
    """
    watched = outcomes[camera]
    walls, arrivals = [], []
    for run, parts in zip(watched.runs, watched.by_run(), strict=True):
        walls += [run.start + part.media_time(90000) for part in parts]
        arrivals += [part.arrival for part in parts]
    late = [arrival - wall for arrival, wall in zip(arrivals, walls, strict=True)]
    punctual = [min(late[start : start + 10]) for start in range(len(late) - 9)]
    assert max(punctual) - min(late) < 900_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("camera", "reasons"),
    [
        ("healthy", {"start"}),
        ("alaw", {"start"}),
        ("hevc_opus", {"start"}),
        ("wraps", {"start"}),
        ("repeats", {"start"}),
        ("slow_key_frames", {"start"}),
        ("jumps_ahead", {"start", "discontinuity"}),
        ("jumps_back", {"start", "discontinuity"}),
        ("other_parameters", {"start", "parameters"}),
    ],
)
def test_a_new_run_begins_only_for_a_reason(
    camera: str, reasons: set[str], outcomes: dict[str, Watched]
) -> None:
    """Jumps and other parameter sets begin runs; wrapping and repeated times do not."""
    runs = outcomes[camera].runs
    assert {run.reason for run in runs} == reasons
    assert runs[0].reason == "start"


@pytest.mark.slow
def test_other_parameters_come_with_another_init(outcomes: dict[str, Watched]) -> None:
    """Each run of a camera that changes its picture carries the Init of its pictures."""
    sizes = [run.init.video.width for run in outcomes["other_parameters"].runs]
    assert set(sizes) == {256, 320}
    assert all(one != other for one, other in itertools.pairwise(sizes))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("camera", "codec"),
    [("alaw", "aac"), ("hevc_opus", "opus"), ("b_frames", "aac"), ("silent_audio", None)],
)
def test_sound_is_recorded_when_there_is_any(
    camera: str, codec: str | None, outcomes: dict[str, Watched]
) -> None:
    """G.711 arrives as AAC, AAC and Opus as they are; sound announced but silent is left out."""
    watched = outcomes[camera]
    audio = watched.runs[-1].init.audio
    assert (audio.codec if audio else None) == codec
    assert bool(watched.parts(TrackKind.AUDIO)) == (codec is not None)
    if audio is not None:
        heard = watched.by_run(TrackKind.AUDIO)[-1]
        shown = watched.by_run()[-1]
        end = heard[-1].dts / audio.timescale
        assert abs(end - shown[-1].dts / 90000) < 0.5


@pytest.mark.slow
def test_what_came_before_the_fault_is_kept(outcomes: dict[str, Watched]) -> None:
    """A camera that hangs or hangs up leaves what it had sent."""
    for camera in ("hangs", "closes", "rubbish_later"):
        assert outcomes[camera].parts()


def test_stop_ends_a_stalled_stream_at_once() -> None:
    """The owner removes a camera that hangs: its thread does not wait for the camera."""
    shown = film(FilmSpec(seconds=2))
    camera = SimulatedCamera(shown, user=USER, password=PASSWORD, faults=(fault.Hang(after=3.0),))
    silent = SimulatedCamera(shown, faults=(fault.NoAnswer(),))
    with SimulatedCameras({"hangs": camera, "silent": silent}) as server:
        hanging = Watching(server.url("hangs"), seconds=60)
        connecting = Watching(server.url("silent"), seconds=60)
        hanging.start()
        connecting.start()
        hanging.wait_for_parts(5)
        for watching in (hanging, connecting):
            watching.stop.set()
            watching.join(PATIENCE_SECONDS)
            assert not watching.is_alive()
            assert watching.watched.error is None


def test_stop_ends_a_connect_in_progress() -> None:
    """A camera that drops off the network while it is dialled does not hold its thread."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        first.connect(full.getsockname())  # the kernel takes no second one: its SYN is not answered
        watching = Watching(f"rtsp://127.0.0.1:{full.getsockname()[1]}/stream", seconds=60)
        watching.start()
        watching.stop.set()
        watching.join(DIAL_SECONDS / 2)
        assert not watching.is_alive()
        assert watching.watched.error is None


def test_an_address_that_never_answers_is_unreachable() -> None:
    """What takes no connection is told apart from a camera that takes one and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first:
        first.connect(full.getsockname())
        with pytest.raises(CameraError, match=r"does not answer; is the camera on") as caught:
            dial("127.0.0.1", full.getsockname()[1], stop=threading.Event(), timeout=0.3)
    assert caught.value.state is CameraState.UNREACHABLE


def test_a_stream_over_tls_is_read() -> None:
    """A camera that speaks rtsps, with a certificate of its own making, is read like any."""
    camera = SimulatedCamera(film(FilmSpec(seconds=2)), user=USER, password=PASSWORD)
    with SimulatedCameras({"front": camera}, tls=True) as server:
        watching = Watching(server.url("front"), seconds=60)
        watching.start()
        watching.wait_for_parts(8)
        watching.stop.set()
        watching.join(60)
    assert not watching.is_alive()
    assert watching.watched.error is None


def test_audio_not_wanted_is_not_even_asked_for() -> None:
    """A camera whose sound is switched off is read without it."""
    with SimulatedCameras({"front": film(FilmSpec(seconds=2, audio="aac"))}) as server:
        watching = Watching(server.url("front"), seconds=60, audio=False)
        watching.start()
        watching.wait_for_parts(8)
        watching.stop.set()
        watching.join(60)
    assert watching.watched.runs[0].init.audio is None
    assert watching.watched.parts(TrackKind.AUDIO) == []


def test_reading_in_bursts_loses_and_moves_nothing() -> None:
    """A stream read four times a second has every picture, at the time it was sent."""
    with SimulatedCameras({"front": film(FilmSpec(seconds=2, audio="aac"))}) as server:
        watching = Watching(server.url("front"), seconds=60, rest=Micros(SECOND // 4))
        watching.start()
        watching.wait_for_parts(120)
        watching.stop.set()
        watching.join(60)
    watched = watching.watched
    assert [run.reason for run in watched.runs] == ["start"]
    parts = watched.parts()
    assert {later.dts - earlier.dts for earlier, later in itertools.pairwise(parts)} == {9000}
    start = watched.runs[0].start
    late = [part.arrival - start - part.media_time(90000) for part in parts]
    assert min(late) < 50_000
    assert len({part.arrival // 100_000 for part in parts}) < len(parts)


def test_an_unknown_host_is_named() -> None:
    """A typing error in the address gets its own state and sentence."""
    watching = Watching("rtsp://no-such-camera.invalid/stream", seconds=20)
    watching.run()
    assert watching.watched.error is not None
    assert watching.watched.error.state is CameraState.UNKNOWN_HOST
    assert "no-such-camera.invalid" in str(watching.watched.error)


def test_a_closed_port_is_refused() -> None:
    """A device without RTSP refuses, and the port is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    watching = Watching(f"rtsp://127.0.0.1:{port}/stream", seconds=20)
    watching.run()
    assert watching.watched.error is not None
    assert watching.watched.error.state is CameraState.REFUSED
    assert str(port) in str(watching.watched.error)


def test_a_codec_that_cannot_be_recorded_is_named() -> None:
    """A camera set to MJPEG is told apart from a broken one, with what to do."""
    with announcing(MJPEG) as url:
        watching = Watching(url, seconds=20)
        watching.run()
    assert watching.watched.error is not None
    assert watching.watched.error.state is CameraState.UNSUPPORTED_CODEC
    assert "mjpeg" in str(watching.watched.error)
    assert "H.264" in str(watching.watched.error)
