"""What is said to a camera: signing in, going where it sends us, keeping the session alive."""

import hashlib
import re
import struct
import threading
from contextlib import closing

import pytest

from consentry.clock import SystemClock
from consentry.ingest.rtsp_session import RtspSession
from consentry.ingest.rtsp_stream import RtspStream, open_stream
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret, with_credentials
from tests.ingest.scripted_camera import Asked, Reply, ScriptedCamera, scripted, usual

USER, PASSWORD = "owner", "s3cret/pass:word"
SLICE = b"\x41\x9a" + bytes(30)


def opened(camera: ScriptedCamera, *, audio: bool = False) -> RtspStream:
    """Connect with user and password."""
    address = with_credentials(camera.url, USER, Secret(PASSWORD))
    return open_stream(address, audio=audio, stop=threading.Event())


def packet(channel: int, number: int, *, marker: bool = True) -> bytes:
    """Return a whole picture in one interleaved packet, its stamp by its number."""
    head = struct.pack(">BBHII", 0x80, marker << 7 | 96, number, number * 4500, 1)
    return struct.pack(">BBH", 0x24, channel, len(head + SLICE)) + head + SLICE


def stamps(stream: RtspStream, count: int) -> list[int]:
    """Read until so many pictures came; return their stamps."""
    found: list[int] = []
    while len(found) < count:
        _, items = stream.read(SystemClock().wall)
        found += [item.stamp for item in items]
    return found


def proves(asked: Asked, nonce: str, count: str) -> bool:
    """Tell whether a request is signed with SHA-256, for this nonce and this count of its use."""
    given = dict(re.findall(r'(\w+)="?([^",]*)', asked.headers.get("authorization", "")))

    def hashed(*parts: str) -> str:
        return hashlib.sha256(":".join(parts).encode()).hexdigest()

    secret = hashed(USER, "cam", PASSWORD)
    request = hashed(asked.method, asked.url)
    expected = hashed(secret, nonce, count, given.get("cnonce", ""), "auth", request)
    return (given.get("nonce"), given.get("nc")) == (nonce, count) and (
        given.get("response") == expected
    )


def test_a_nonce_that_got_old_is_followed_by_the_next() -> None:
    """Digest with SHA-256: counted within a nonce, asked again when stale, never after a no."""
    nonces = iter(["first", "second", "third"])
    current, used = next(nonces), 0

    def script(asked: Asked) -> Reply:
        nonlocal current, used
        if asked.method == "OPTIONS":
            return usual(asked)
        if proves(asked, current, f"{used + 1:08x}"):
            used += 1
            if used == 1:
                return usual(asked)
            current, used = next(nonces), -1
        stale = ', stale="true"' if used < 0 else ""
        used = 0
        digest = f'Digest realm="cam", nonce="{current}", algorithm=SHA-256, qop="auth,auth-int"'
        return Reply(401, {"WWW-Authenticate": digest + stale})

    with scripted(script) as camera, closing(opened(camera)):
        assert camera.methods() == ["OPTIONS", *["DESCRIBE"] * 2, *["SETUP"] * 2, *["PLAY"] * 2]


def test_a_password_refused_is_not_sent_again() -> None:
    """Cameras lock accounts: after a plain no there is no second try."""
    with scripted(lambda _: Reply(401, {"WWW-Authenticate": 'Basic realm="x"'})) as camera:
        with pytest.raises(CameraError) as caught:
            opened(camera)
        signed = [asked for asked in camera.asked if "authorization" in asked.headers]
    assert caught.value.state is CameraState.WRONG_PASSWORD
    assert len(signed) == 2  # OPTIONS, which any camera answers, and DESCRIBE
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(("host", "kept"), [("127.0.0.1", True), ("localhost", False)])
def test_credentials_stay_with_their_host(host: str, *, kept: bool) -> None:
    """A camera may send us elsewhere; user and password go only where the host is the same."""

    def locked(asked: Asked) -> Reply:
        if asked.method == "OPTIONS" or "authorization" in asked.headers:
            return usual(asked)
        return Reply(401, {"WWW-Authenticate": 'Basic realm="there"'})

    with scripted(locked) as there:
        place = f"rtsp://{host}:{there.port}/other"
        with scripted(lambda _: Reply(302, {"Location": place})) as here:
            if kept:
                opened(here).close()
            else:
                with pytest.raises(CameraError) as caught:
                    opened(here)
                assert caught.value.state is CameraState.WRONG_PASSWORD
        assert any("authorization" in asked.headers for asked in there.asked) is kept


def test_going_round_in_circles_ends() -> None:
    """A camera that sends us to itself for ever is told as broken."""
    circle = scripted(lambda asked: Reply(302, {"Location": asked.url}))
    with circle as camera, pytest.raises(CameraError) as caught:
        opened(camera)
    assert caught.value.state is CameraState.BROKEN_STREAM


def test_the_channel_is_the_one_the_camera_names() -> None:
    """Also media before the answer to PLAY, a request of the server's, and a track's whole URL."""
    later = b"".join(packet(8, number) for number in range(1, 5))

    def script(asked: Asked) -> Reply:
        match asked.method:
            case "DESCRIBE":
                usually = usual(asked)
                return Reply(headers={"Content-Base": asked.url + "/"}, body=usually.body)
            case "SETUP":
                transport = "RTP/AVP/TCP;unicast;interleaved=8-9;ssrc=1"
                return Reply(headers={"Session": "12ab;timeout=60", "Transport": transport})
            case "PLAY":
                request = b"SET_PARAMETER * RTSP/1.0\r\nCSeq: 77\r\n\r\n"
                return Reply(before=packet(8, 0), after=request + packet(3, 1) + later)
        return usual(asked)

    with scripted(script) as camera, closing(opened(camera)) as stream:
        assert stamps(stream, 5) == [number * 4500 for number in range(5)]
        (answer,) = camera.wait_for("RTSP/1.0")
        (setup,) = camera.wait_for("SETUP")
        (play,) = camera.wait_for("PLAY")
    assert (answer.url, answer.headers["cseq"]) == ("501", "77")
    assert setup.url == f"{camera.url}/trackID=1"
    assert (play.url, play.headers["session"]) == (f"{camera.url}/", "12ab")


def test_a_session_is_kept_alive_and_ended() -> None:
    """At half of the camera's timeout it hears from us, and at the end a farewell."""

    def script(asked: Asked) -> Reply:
        if asked.method == "SETUP":
            reply = usual(asked)
            return Reply(headers={**reply.headers, "Session": "12ab;timeout=2"})
        if asked.method == "GET_PARAMETER":
            return Reply(after=packet(0, 1) + packet(0, 2))
        return usual(asked)

    with scripted(script) as camera:
        with closing(opened(camera)) as stream:
            stamps(stream, 1)
        (farewell,) = camera.wait_for("TEARDOWN")
        alive = camera.wait_for("GET_PARAMETER")
    assert farewell.headers["session"] == "12ab"
    assert alive[0].url == camera.url


def test_other_things_than_rtsp_are_told() -> None:
    """A device that hangs up at once, and one without interleaving, each by its own name."""
    with scripted(lambda asked: Reply(461) if asked.method == "SETUP" else usual(asked)) as camera:
        with pytest.raises(CameraError, match="does not send by TCP"):
            opened(camera)
        session = RtspSession(Secret(camera.url), stop=threading.Event())
        session.close()
