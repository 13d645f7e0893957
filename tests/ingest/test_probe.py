"""What is found out about a camera before it is added, over real RTSP."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from consentry.ingest import find_streams, probe
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.probe import AdviceCode
from consentry.model.secret import Secret
from consentry.simcam import Film, FilmSpec, SimulatedCamera, SimulatedCameras, fault, film
from tests.ingest.watching import PASSWORD, USER, Watching


def _with_sound_announced_as(codec: str, shown: Film) -> Film:
    video, audio = shown.tracks
    return Film((video, replace(audio, codec=codec)))


@pytest.fixture(scope="module")
def cameras() -> Iterator[SimulatedCameras]:
    """Serve a camera with two streams, one with rare key frames, one that says nothing usable."""
    main = film(FilmSpec(width=640, height=360, seconds=2, audio="pcm_alaw"))
    sub = film(FilmSpec(width=320, height=180, seconds=2))
    rare = film(FilmSpec(codec="hevc", seconds=10, key_frame_s=5.0))

    def locked(shown: Film, *faults: fault.Fault) -> SimulatedCamera:
        return SimulatedCamera(shown, user=USER, password=PASSWORD, faults=faults)

    with SimulatedCameras(
        {
            "h264Preview_01_main": locked(main),
            "h264Preview_01_sub": locked(sub),
            "rare": locked(rare),
            "rubbish": locked(main, fault.Garbage(after=0.0)),
            "late": locked(main, fault.LateStart(lasting=6.0)),
            "hangs": locked(main, fault.Hang(after=0.5)),
            "old_sound": locked(_with_sound_announced_as("g726", main)),
        }
    ) as server:
        yield server


def test_a_stream_is_described(cameras: SimulatedCameras) -> None:
    """Codec, size, rate, key-frame distance, audio and clock are told; nothing to advise."""
    report = probe(cameras.url("h264Preview_01_main"), USER, Secret(PASSWORD))
    assert (report.codec, report.width, report.height) == ("h264", 640, 360)
    assert report.fps == pytest.approx(10)
    assert report.key_distance == pytest.approx(1)
    assert report.audio == "pcm_alaw"
    assert report.clock_skew is not None
    assert abs(report.clock_skew) < 2
    assert report.advice == ()


def test_sound_that_cannot_be_recorded_is_named(cameras: SimulatedCameras) -> None:
    """A camera set to G.726 is found, and told that its sound would be missing and what to set."""
    report = probe(cameras.url("old_sound"), USER, Secret(PASSWORD))
    assert report.audio is None
    (advice,) = report.advice
    assert advice.code is AdviceCode.UNKNOWN_SOUND
    assert "G.726" in advice.message
    assert "set it to AAC" in advice.message


def test_a_recorder_learns_which_sound_it_leaves_out(cameras: SimulatedCameras) -> None:
    """While such a camera is recorded, its source names the sound, for the page and the log."""
    watching = Watching(cameras.url("old_sound"), seconds=60)
    watching.start()
    watching.wait_for_parts(8)
    unheard = watching.source.unheard
    watching.stop.set()
    watching.join(60)
    assert unheard == "G.726"
    assert watching.watched.runs[0].init.audio is None


@pytest.mark.slow
def test_rare_key_frames_bring_advice(cameras: SimulatedCameras) -> None:
    """Key frames five seconds apart are measured, and the setting to change is named."""
    report = probe(cameras.url("rare"), USER, Secret(PASSWORD), 15.0)
    assert report.codec == "hevc"
    assert report.key_distance == pytest.approx(5)
    (advice,) = report.advice
    assert advice.code is AdviceCode.RARE_KEY_FRAMES
    assert advice.seconds == pytest.approx(5, abs=0.1)
    assert "every 5 s" in advice.message
    assert "interval" in advice.message


@pytest.mark.slow
def test_a_camera_that_begins_with_its_next_key_frame_is_waited_for(
    cameras: SimulatedCameras,
) -> None:
    """Where key frames are ten seconds apart, it may take nearly so long until anything comes."""
    report = probe(cameras.url("late"), USER, Secret(PASSWORD), 15.0)
    assert report.key_distance == pytest.approx(1)


@pytest.mark.slow
def test_a_camera_that_hangs_is_not_taken_for_one_with_rare_key_frames(
    cameras: SimulatedCameras,
) -> None:
    """Who falls silent while being looked at is refused as such, though pictures came."""
    with pytest.raises(CameraError, match="has stopped sending") as raised:
        probe(cameras.url("hangs"), USER, Secret(PASSWORD), 15.0)
    assert raised.value.state is CameraState.STALLED


def test_the_sub_stream_is_found_by_itself(cameras: SimulatedCameras) -> None:
    """From a typed main stream, with its password inside, the maker's sub stream follows."""
    url = cameras.url("h264Preview_01_main")
    typed = url.replace("rtsp://", f"rtsp://{USER}:s3cret%2Fpass%3Aword@")
    report = find_streams(typed, "", Secret(""))
    assert report.main.url == url
    assert report.sub is not None
    assert report.sub.url == cameras.url("h264Preview_01_sub")
    assert report.sub.width == 320
    assert report.advice == ()


def test_a_named_sub_stream_is_taken_without_looking_further(cameras: SimulatedCameras) -> None:
    """Neither paths nor ONVIF are tried beside the named stream, and none is said to be missing."""
    named = cameras.url("h264Preview_01_sub")
    report = find_streams(
        cameras.url("h264Preview_01_main"), USER, Secret(PASSWORD), sub_url=f" {named}"
    )
    assert report.sub is not None
    assert report.sub.url == named
    assert report.advice == ()
    same = find_streams(named, USER, Secret(PASSWORD), sub_url=named)
    assert same.sub is not None
    assert same.advice == ()
    with pytest.raises(CameraError) as raised:
        find_streams(named, USER, Secret(PASSWORD), sub_url=named.replace("_sub", "_gone"))
    assert raised.value.state is CameraState.NOT_FOUND


@pytest.mark.parametrize("address", ["ftp://192.0.2.1/x", "file:///etc/hostname"])
def test_an_address_of_another_kind_is_wrong_input(address: str) -> None:
    """Nothing is looked up: the sentence names the kinds that are known."""
    with pytest.raises(InputError, match="rtsp and rtsps"):
        find_streams(address, "", Secret(""))


@pytest.mark.parametrize("address", ["rtsp://camera:99999/x", "rtsp:///x", "camera:99999"])
def test_an_address_that_cannot_be_one_is_wrong_input(address: str) -> None:
    """A port that no address has, or no host at all: nothing is looked up either."""
    with pytest.raises(InputError, match=r"must look like rtsp://192\.168\.1\.20/stream"):
        find_streams(address, "", Secret(""))


def test_a_second_stream_of_another_kind_is_wrong_input() -> None:
    """A named sub stream is held to the same, before anybody is asked."""
    with pytest.raises(InputError, match="must look like rtsp"):
        find_streams("rtsp://192.0.2.1/x", "", Secret(""), sub_url="ftp://192.0.2.1/y")


def test_a_bare_host_is_enough(cameras: SimulatedCameras) -> None:
    """Without ONVIF, the usual paths are tried until one has a stream."""
    host = cameras.url("rare").removeprefix("rtsp://").partition("/")[0]
    report = find_streams(host, USER, Secret(PASSWORD))
    assert report.main.width == 640
    assert report.sub is not None


def test_what_is_wrong_is_told(cameras: SimulatedCameras) -> None:
    """A wrong password is told as such, without the password."""
    with pytest.raises(CameraError, match="password") as raised:
        find_streams(cameras.url("rare"), USER, Secret("not-it"))
    assert raised.value.state is CameraState.WRONG_PASSWORD
    assert "not-it" not in str(raised.value)
    with pytest.raises(CameraError, match="wants a user name and a password") as raised:
        find_streams(cameras.url("rare"), "", Secret(""))
    assert raised.value.state is CameraState.WRONG_PASSWORD


def test_nothing_of_a_failure_is_printed(
    cameras: SimulatedCameras, capfd: pytest.CaptureFixture[str]
) -> None:
    """Libav's own log lines, which name URLs with passwords, stay silent."""
    with pytest.raises(CameraError):
        probe(cameras.url("rare"), USER, Secret("not-it"))
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err == ""
