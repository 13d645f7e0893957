"""A healthy simulated camera, watched by libavformat and by a bare client."""

import socket
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from consentry.model.errors import ConsentryError, NotFoundError
from consentry.simcam import (
    CameraProcess,
    Film,
    FilmSpec,
    SimulatedCamera,
    SimulatedCameras,
    film,
)
from consentry.simcam.login import Scheme
from tests.simcam.rtp_tap import RtpTap, codecs

SMALL = FilmSpec(width=160, height=96, fps=25, seconds=1, key_frame_s=0.4)
FRAME = 3600
"""Ticks of 90 kHz a picture of SMALL lasts."""

RIGHT = "rosebud"
QUICK = {"analyzeduration": "500000"}


def signed(url: str, user: str, password: str) -> str:
    """Put credentials into a URL as libavformat takes them."""
    return url.replace("://", f"://{user}:{password}@")


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("audio", [None, "aac", "pcm_mulaw", "pcm_alaw", "opus"])
def test_every_codec_pair_is_received(codec: str, audio: str | None) -> None:
    """Libavformat receives each video codec with each audio codec."""
    spec = FilmSpec(codec=codec, audio=audio, width=160, height=96, fps=25, seconds=1)
    with SimulatedCameras({"one": film(spec)}) as server:
        found = codecs(server.url("one"), 30)
    assert found == {codec, audio} - {None}


@pytest.mark.parametrize("scheme", ["basic", "digest"])
def test_only_the_right_password_opens(scheme: Scheme) -> None:
    """Both sign-ins admit the right password and refuse another."""
    camera = SimulatedCamera(film(SMALL), user="me", password=RIGHT, scheme=scheme)
    with SimulatedCameras({"one": camera}) as server:
        with av.open(signed(server.url("one"), "me", RIGHT), options=QUICK) as container:
            assert container.streams.video
        with pytest.raises(av.HTTPUnauthorizedError):
            av.open(signed(server.url("one"), "me", "wrong"))
        with pytest.raises(av.HTTPUnauthorizedError):
            av.open(server.url("one"), options=QUICK)


def test_a_certificate_of_its_own_serves_rtsps() -> None:
    """With TLS the same camera answers on rtsps."""
    with SimulatedCameras({"one": film(SMALL)}, tls=True) as server:
        assert server.url("one").startswith("rtsps://")
        with av.open(server.url("one"), options=QUICK) as container:
            assert next(container.decode(video=0)).width == 160


def test_timestamps_and_sequence_numbers_have_no_seam() -> None:
    """Over three loops every picture is one frame after the last and no number is left out."""
    with (
        SimulatedCameras({"one": film(SMALL)}, speed=5) as server,
        RtpTap(server.url("one")) as client,
    ):
        packets = [p for p in islice(client.play(), 120) if p.channel == 0]
    assert all((b.sequence - a.sequence) % 65536 == 1 for a, b in pairwise(packets))
    starts = [a.timestamp for a in packets if a.marker]
    assert len(starts) > 30
    assert {(b - a) % 2**32 for a, b in pairwise(starts)} == {FRAME}


def test_pictures_arrive_unharmed() -> None:
    """What is decoded from the camera is pixel for pixel what the encoder made of the film."""
    spec = FilmSpec(width=640, height=360, fps=10, seconds=1, key_frame_s=1, noise=0.5, seed=3)
    picture = film(spec).tracks[0].units[0]
    assert max(len(nal) for nal in picture.chunks) > 1400, "the film must need fragmentation"
    decoder = av.CodecContext.create("h264", "r")
    annex_b = b"".join(b"\0\0\0\1" + nal for nal in picture.chunks)
    expected = [*decoder.decode(av.Packet(annex_b)), *decoder.decode(None)][0].to_ndarray()
    with (
        SimulatedCameras({"one": film(spec)}) as server,
        av.open(server.url("one"), options=QUICK) as container,
    ):
        seen = (f.to_ndarray() for f in container.decode(video=0) if f.key_frame)
        assert any((frame == expected).all() for frame in islice(seen, 2))


def test_b_frames_are_presented_out_of_decode_order() -> None:
    """With two B-frames timestamps go back and forth as a camera with B-frames sends them."""
    spec = FilmSpec(width=160, height=96, fps=25, seconds=1, b_frames=2)
    with (
        SimulatedCameras({"one": film(spec)}, speed=5) as server,
        RtpTap(server.url("one")) as client,
    ):
        pictures = [p for p in islice(client.play(), 60) if p.channel == 0 and p.marker]
    steps = [b.timestamp - a.timestamp for a, b in pairwise(pictures)]
    assert min(steps) < 0 < max(steps)
    assert sorted({p.timestamp for p in pictures})[5] % FRAME == 0


def test_a_file_is_played(tmp_path: Path) -> None:
    """A film read back from a media file plays like the one that was encoded."""
    path = tmp_path / "film.mp4"
    with av.open(path, "w") as container:
        video = container.add_stream("libx264", rate=10)
        sound = container.add_stream("aac", rate=16_000)
        sound.layout = "mono"
        for number in range(10):
            frame = av.VideoFrame(640, 480, "yuv420p")
            frame.pts = number
            container.mux(video.encode(frame))
            silence = np.zeros((1, 1024), np.float32)
            quiet = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            quiet.sample_rate, quiet.pts = 16_000, 1024 * number
            container.mux(sound.encode(quiet))
        container.mux(video.encode(None))
        container.mux(sound.encode(None))
    played = Film.from_file(path)
    assert [len(track.units) for track in played.tracks] == [10, 11]
    with SimulatedCameras({"one": played}) as server:
        assert codecs(server.url("one"), 30) == {"h264", "aac"}


def test_a_joining_client_gets_a_sender_report_per_track() -> None:
    """The first sender reports relate both tracks' timestamps to one clock."""
    spec = FilmSpec(width=160, height=96, seconds=1, audio="pcm_mulaw")
    with (
        SimulatedCameras({"one": film(spec)}, speed=5) as server,
        RtpTap(server.url("one")) as client,
    ):
        packets = list(islice(client.play(tracks=2), 40))
    reports = {p.channel: p for p in packets if p.channel % 2}
    assert set(reports) == {1, 3}
    walls = {
        channel: int.from_bytes(report.payload[8:16], "big") / 2**32
        for channel, report in reports.items()
    }
    media = {1: reports[1].timestamp / 90_000, 3: reports[3].timestamp / 8_000}
    assert abs((walls[1] - walls[3]) - (media[1] - media[3])) < 0.001


def test_a_parameter_change_is_announced_in_band() -> None:
    """A film that goes on in another size is decoded in both sizes from one session."""
    sizes = ((160, 96), (320, 192))
    small, large = (film(FilmSpec(width=w, height=h, seconds=1, fps=20)) for w, h in sizes)
    served = SimulatedCameras({"one": small.then(large)})
    with served as server, av.open(server.url("one"), options=QUICK) as container:
        widths = {frame.width for frame in islice(container.decode(video=0), 40)}
    assert widths == {160, 320}


def test_two_viewers_and_two_cameras_share_a_port() -> None:
    """Cameras are told apart by path, and a second viewer joins beside the first."""
    with SimulatedCameras(
        {"one": film(SMALL), "two": film(FilmSpec(codec="hevc", width=160, height=96))}
    ) as server:
        with av.open(server.url("one"), options=QUICK) as first:
            assert first.streams.video[0].codec_context.name == "h264"
            assert codecs(server.url("two"), 5) == {"hevc"}
            assert codecs(server.url("one"), 5) == {"h264"}
        assert server.sessions("one") == 2


def test_requests_out_of_order_get_their_rtsp_status() -> None:
    """PLAY before SETUP, UDP, an unknown method, camera or track each get the right status."""
    with SimulatedCameras({"one": film(SMALL)}) as server, RtpTap(server.url("one")) as client:
        assert client.ask("OPTIONS")[0] == 200
        assert client.ask("PLAY")[0] == 455
        udp = "RTP/AVP;unicast;client_port=5000-5001"
        assert client.ask("SETUP", f"{client.url}/track0", Transport=udp)[0] == 461
        tcp = "RTP/AVP/TCP;unicast;interleaved=0-1"
        assert client.ask("SETUP", f"{client.url}/track7", Transport=tcp)[0] == 404
        assert client.ask("RECORD")[0] == 501
        assert client.ask("DESCRIBE", client.url + "x")[0] == 404
        assert b"H264/90000" in client.ask("DESCRIBE")[1]


def test_bytes_that_are_no_rtsp_are_hung_up_on() -> None:
    """A client that talks nonsense is disconnected, and the camera goes on."""
    with SimulatedCameras({"one": film(SMALL)}) as server:
        with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
            peer.sendall(b"\xff\xfe nonsense\r\n\r\n")
            assert peer.recv(100) == b""
        with av.open(server.url("one"), options=QUICK) as container:
            assert container.streams.video


def test_a_process_of_its_own_serves_and_ends() -> None:
    """Cameras in a spawned process are watched like others and are gone afterwards."""
    with (
        CameraProcess({"one": film(SMALL)}) as server,
        av.open(server.url("one"), options=QUICK) as container,
    ):
        assert container.streams.video
    with pytest.raises(OSError, match="refused"):
        av.open(server.url("one"), options=QUICK)


def test_a_port_in_use_and_an_unknown_name_are_said() -> None:
    """A taken port fails at once, an undeclared camera has no address."""
    with SimulatedCameras({"one": film(SMALL)}) as server:
        with pytest.raises(OSError, match="in use"):
            SimulatedCameras({"one": film(SMALL)}, port=server.port).__enter__()
        with pytest.raises(NotFoundError, match="'two'"):
            server.url("two")
    with pytest.raises(ConsentryError, match="cannot go on"):
        film(SMALL).then(film(FilmSpec(codec="hevc", width=160, height=96)))


def test_the_streams_of_a_camera_show_the_same_moment() -> None:
    """Both streams of a camera were at their film's beginning at once, other cameras' were not."""
    names = ("door/main", "door/sub", "yard/main", "yard/sub")
    with CameraProcess({name: film(SMALL) for name in names}) as cameras:
        began = cameras.began
    assert began["door/main"] == began["door/sub"] != began["yard/main"] == began["yard/sub"]
