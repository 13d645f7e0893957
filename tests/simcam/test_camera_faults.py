"""Each declared fault is really on the wire."""

import socket
from itertools import islice, pairwise

import av
import pytest

from consentry.simcam import FilmSpec, SimulatedCamera, SimulatedCameras, fault, film
from consentry.simcam.fault import Fault
from tests.simcam.rtp_tap import RtpPacket, RtpTap

SPEC = FilmSpec(width=160, height=96, fps=20, seconds=1, key_frame_s=0.5, audio="pcm_mulaw")
FRAME = 4500
"""Ticks of 90 kHz a picture lasts."""


def ailing(*faults: Fault) -> SimulatedCameras:
    """Serve one camera with these faults."""
    return SimulatedCameras({"one": SimulatedCamera(film(SPEC), faults=faults)}, speed=5)


def pictures(client: RtpTap, count: int) -> list[RtpPacket]:
    """Return the last packet of each of the first ``count`` pictures."""
    return list(islice((p for p in client.play(2) if p.channel == 0 and p.marker), count))


def steps(client: RtpTap, count: int) -> list[int]:
    """Return the distances of picture timestamps, in pictures."""
    seen = [p.timestamp for p in pictures(client, count)]
    return [round((b - a) / FRAME) for a, b in pairwise(seen)]


@pytest.mark.parametrize(("ill", "status"), [(fault.WrongPassword(), 401), (fault.NotFound(), 404)])
def test_refusals_have_their_status(ill: Fault, status: int) -> None:
    """A camera that refuses does so with RTSP's status."""
    with ailing(ill) as server, RtpTap(server.url("one")) as client:
        assert client.ask("DESCRIBE")[0] == status


def test_no_answer_keeps_the_connection() -> None:
    """A camera without an answer neither answers nor hangs up."""
    with (
        ailing(fault.NoAnswer()) as server,
        RtpTap(server.url("one"), patience=0.3) as client,
        pytest.raises(TimeoutError),
    ):
        client.ask("DESCRIBE")


def test_hang_falls_silent_and_stays_connected() -> None:
    """After its time nothing comes any more, without an end of the connection."""
    with (
        ailing(fault.Hang(after=0.3)) as server,
        RtpTap(server.url("one"), patience=0.5) as client,
        pytest.raises(TimeoutError),
    ):
        list(client.play())


def test_close_is_abrupt() -> None:
    """After its time the connection is reset."""
    with (
        ailing(fault.Close(after=0.2)) as server,
        RtpTap(server.url("one")) as client,
        pytest.raises(ConnectionResetError),
    ):
        list(client.play())


def test_garbage_keeps_or_breaks_the_framing() -> None:
    """Framed garbage has good headers and random payload; unframed garbage has neither."""
    with ailing(fault.Garbage(after=0)) as server, RtpTap(server.url("one")) as client:
        assert set(steps(client, 5)) == {1}
    with (
        ailing(fault.Garbage(after=0.3, framed=False)) as server,
        RtpTap(server.url("one")) as client,
        pytest.raises(AssertionError, match="dollar"),
    ):
        list(islice(client.play(), 1000))


def test_reports_can_be_missing() -> None:
    """Without reports only RTP channels speak."""
    with ailing(fault.NoReports()) as server, RtpTap(server.url("one")) as client:
        assert {p.channel for p in islice(client.play(2), 60)} == {0, 2}


@pytest.mark.parametrize("by", [10.0, -10.0])
def test_timestamps_jump(by: float) -> None:
    """Timestamps jump once by the declared distance."""
    with ailing(fault.ClockJump(after=0.3, by=by)) as server, RtpTap(server.url("one")) as client:
        found = [s for s in steps(client, 15) if s != 1]
    assert found == [round(by * 20) + 1]


def test_timestamps_wrap() -> None:
    """Timestamps pass 2**32 and go on from 0."""
    with ailing(fault.ClockWrap(after=0.3)) as server, RtpTap(server.url("one")) as client:
        seen = [p.timestamp for p in pictures(client, 15)]
    assert seen[0] > 2**32 - 90_000
    assert seen[-1] < 90_000
    assert all(abs((b - a) % 2**32 - FRAME) <= 1 for a, b in pairwise(seen))


def test_timestamps_stand_still_and_recover() -> None:
    """Timestamps stand still for their time and are right again afterwards."""
    ill = fault.ClockStop(after=0.2, lasting=0.3)
    with ailing(ill) as server, RtpTap(server.url("one")) as client:
        found = steps(client, 18)
    assert found.count(0) in {5, 6}
    assert sum(found) == 17


def test_timestamps_repeat() -> None:
    """Every fourth picture repeats the timestamp before it."""
    with ailing(fault.ClockRepeat(every=4)) as server, RtpTap(server.url("one")) as client:
        assert steps(client, 13) == [1, 1, 0, 2, 1, 1, 0, 2, 1, 1, 0, 2][:12]


def test_a_fast_clock_gains() -> None:
    """A clock that is 10 % fast has frames 10 % longer."""
    with ailing(fault.ClockDrift(ppm=100_000)) as server, RtpTap(server.url("one")) as client:
        seen = [p.timestamp for p in pictures(client, 11)]
    assert seen[-1] - seen[0] == pytest.approx(11 * FRAME, abs=3)


def test_audio_is_lost_as_gaps_in_the_numbers() -> None:
    """Lost audio leaves holes in sequence numbers, and the same ones for the same seed."""
    with ailing(fault.AudioLoss(share=0.3, seed=7)) as server:
        runs = []
        for _ in range(2):
            with RtpTap(server.url("one")) as client:
                audio = [p.sequence for p in islice(client.play(2), 90) if p.channel == 2]
            runs.append([b - a for a, b in pairwise(audio)][:15])
    assert max(runs[0]) > 1
    assert runs[0] == runs[1]


def test_audio_can_be_announced_and_silent() -> None:
    """Silent audio is described and set up, and never comes."""
    with ailing(fault.SilentAudio()) as server, RtpTap(server.url("one")) as client:
        assert b"m=audio" in client.ask("DESCRIBE")[1]
        assert {p.channel for p in islice(client.play(2), 60)} <= {0, 1}


def test_audio_can_be_alone() -> None:
    """An audio-only camera announces and sends no video."""
    with ailing(fault.AudioOnly()) as server, av.open(server.url("one")) as container:
        assert not container.streams.video
        assert next(container.demux()).stream.type == "audio"


def test_key_frames_can_stay_away() -> None:
    """No IDR picture comes until the declared time is over."""
    with ailing(fault.NoKeyFrames(lasting=0.8)) as server, RtpTap(server.url("one")) as client:
        kinds = [p.payload[0] & 31 for p in islice(client.play(), 60) if p.channel == 0]
    assert 1 in kinds[:5]
    assert 7 not in kinds[:10]
    assert 7 in kinds


def test_a_trickle_is_slow() -> None:
    """Media dribbles out in small pieces, correctly framed."""
    ill = fault.Trickle(bytes_per_second=20_000)
    with ailing(ill) as server, RtpTap(server.url("one")) as client:
        assert len(list(islice(client.play(2), 20))) == 20


def test_only_the_first_sessions_suffer() -> None:
    """A fault declared for one session is gone at the reconnect."""
    with ailing(fault.Close(after=0.1, sessions=1)) as server:
        with RtpTap(server.url("one")) as client, pytest.raises(ConnectionResetError):
            list(client.play())
        with RtpTap(server.url("one")) as client:
            assert len(list(islice(client.play(), 40))) == 40
        assert server.sessions("one") == 2


def test_faults_come_and_go_while_serving() -> None:
    """Viewers are cut on demand, and new faults meet the next session."""
    with ailing() as server:
        with RtpTap(server.url("one")) as client:
            packets = client.play()
            assert len(list(islice(packets, 10))) == 10
            server.disconnect("one")
            with pytest.raises(ConnectionResetError):
                list(packets)
        server.set_faults("one", fault.NotFound())
        with RtpTap(server.url("one")) as client:
            assert client.ask("DESCRIBE")[0] == 404
        server.set_faults("one")
        with RtpTap(server.url("one")) as client:
            assert client.ask("DESCRIBE")[0] == 200


def test_a_client_who_does_not_read_loses_units_and_nobody_else() -> None:
    """What does not fit the buffer of a stalled client is dropped and counted."""
    spec = FilmSpec(width=640, height=360, fps=25, seconds=1, bitrate=200_000_000, noise=1)
    with SimulatedCameras({"one": film(spec)}, speed=5) as server:
        stalled = RtpTap(server.url("one"))
        stalled._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.play()
        with RtpTap(server.url("one")) as client:
            sent = 0
            for packet in client.play():
                sent += len(packet.payload)
                if sent > 24 << 20:
                    break
        with stalled:
            pass
        with RtpTap(server.url("one")) as client:
            client.ask("OPTIONS")
        assert server.dropped("one") > 0
