"""Live view and feed over real WebSockets."""

import json
import struct
from urllib.parse import urlsplit

import pytest
import websockets

from consentry.fmp4 import init_segment
from consentry.live.fanout import Fanout
from consentry.live.viewer import LiveInit, LivePart, LiveState
from consentry.model.camera import Camera, StreamAddress
from consentry.model.errors import CameraState
from consentry.model.feed import CameraGone, MotionChanged, ProblemChanged
from consentry.model.ids import CameraId
from consentry.model.media import Part, StreamName, TrackKind
from consentry.model.status import Problem, ProblemCode
from consentry.model.time import SECOND, Micros
from consentry.store import cameras
from consentry.web.sessions import COOKIE
from tests.store.film import Film, film
from tests.web.hand_clock import HandClock
from tests.web.home import Home, listening, until

HEADER = struct.Struct(">BB6xQ")


def framed(part: Part) -> LivePart:
    """Return a part as the recorder frames it."""
    kind = 2 if part.kind is TrackKind.VIDEO else 3
    head = HEADER.pack(kind, int(part.key), part.arrival)
    return LivePart(part.kind, part.key, part.arrival, head + part.data)


def signed(home: Home, address: str) -> dict[str, str]:
    """Return the headers of the page at that address, signed in."""
    return {"Cookie": f"{COOKIE}_{urlsplit(address).port}={home.token}"}


async def described(socket: websockets.ClientConnection) -> dict[str, object]:
    """Return the next message, which is text."""
    message = await socket.recv()
    assert isinstance(message, str)
    read: dict[str, object] = json.loads(message)
    return read


def play(home: Home, shown: Film, stream: StreamName = StreamName.MAIN) -> None:
    """Publish the beginning of a film as the recorder does."""
    home.hub.fanout.publish(home.camera, stream, LiveInit(stream, shown.run.init))
    for part in shown.parts[:10]:
        home.hub.fanout.publish(home.camera, stream, framed(part))


async def test_a_viewer_gets_state_init_and_parts(home: Home) -> None:
    """Text tells state and parameters, bytes carry init and parts; sound only when asked for."""
    shown = film(seconds=4, audio="aac")
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main&audio=0"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            assert (await described(socket))["type"] == "state"
            play(home, shown)
            init = await described(socket)
            assert init["type"] == "init"
            assert init["track"] == "video"
            assert init["codec"] == shown.run.init.video.codec_string
            data = await socket.recv()
            assert isinstance(data, bytes)
            assert HEADER.unpack(data[:16]) == (0, 0, 0)
            assert data[16:] == init_segment(shown.run.init, [TrackKind.VIDEO])
            wanted = [part for part in shown.parts[:10] if part.kind is TrackKind.VIDEO]
            for part in wanted:
                assert await socket.recv() == framed(part).frame


async def test_sound_comes_when_asked_for(home: Home) -> None:
    """With audio=1 both tracks have their init and their parts."""
    shown = film(seconds=4, audio="aac")
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main&audio=1"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            play(home, shown)
            tracks = []
            for _ in range(2):
                tracks.append((await described(socket))["track"])
                await socket.recv()
            assert tracks == ["video", "audio"]
            kinds = [(await socket.recv())[0] for _ in range(10)]
            assert set(kinds) == {2, 3}


async def test_a_camera_without_sub_stream_shows_its_main_one(home: Home) -> None:
    """Asking for the sub stream of such a camera gets main, and the init says so."""
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=sub"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            play(home, film(seconds=4))
            assert (await described(socket))["stream"] == "main"


async def test_a_later_viewer_starts_with_the_current_group(home: Home) -> None:
    """Who joins later gets init and everything since the last key frame in one burst."""
    shown = film(seconds=4)
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)) as first:
            await first.recv()
            play(home, shown)
            async with websockets.connect(
                address, additional_headers=signed(home, address)
            ) as second:
                assert (await described(second))["type"] == "state"
                assert (await described(second))["type"] == "init"
                await second.recv()
                for part in shown.parts[:10]:
                    assert await second.recv() == framed(part).frame


async def test_the_state_of_a_camera_that_is_away_is_told(home: Home) -> None:
    """A camera that is not online keeps its socket open and tells when that changes."""
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            away = LiveState(CameraState.WRONG_PASSWORD, "The camera refused the password.")
            home.hub.fanout.publish(home.camera, StreamName.MAIN, away)
            assert await described(socket) == {
                "type": "state",
                "state": "wrong_password",
                "message": "The camera refused the password.",
            }


async def test_a_viewer_that_falls_behind_is_told(home: Home) -> None:
    """Over three seconds late, it gets slow and goes on at a key frame."""
    shown = film(seconds=10)
    clock = HandClock()
    home.hub.fanout = Fanout(clock, on_watch=lambda *_: None, on_unwatch=lambda *_: None)
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            init = LiveInit(StreamName.MAIN, shown.run.init)
            home.hub.fanout.publish(home.camera, StreamName.MAIN, init)
            for part in shown.parts[:50]:  # without a pause in which somebody could read
                home.hub.fanout.publish(home.camera, StreamName.MAIN, framed(part))
                clock.advance(SECOND // 10)
            assert (await described(socket))["type"] == "init"
            await socket.recv()
            assert (await described(socket))["type"] == "slow"
            resumed = await socket.recv()
            assert isinstance(resumed, bytes)
            assert HEADER.unpack(resumed[:16])[1] == 1


async def test_leaving_ends_the_watching(home: Home) -> None:
    """When the last viewer leaves, the recorder need not send that stream any more."""
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            assert home.hub.fanout.watched(home.camera) == (StreamName.MAIN,)
        await until(lambda: not home.hub.fanout.watched(home.camera))


async def test_signing_out_stops_the_picture(home: Home) -> None:
    """The live view of a browser ends at the moment it signs out."""
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            await home.owner.post("/api/logout")
            with pytest.raises(websockets.ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 4401


async def test_unknown_cameras_and_streams_are_refused(home: Home) -> None:
    """Before the socket opens: 404 for no such camera, 400 for no such stream."""
    async with listening(home) as url:
        for path, status in (("nobody/live", 404), (f"{home.camera}/live?stream=side", 400)):
            with pytest.raises(websockets.InvalidStatus) as refused:
                await websockets.connect(
                    f"{url}/api/cameras/{path}", additional_headers=signed(home, url)
                )
            assert refused.value.response.status_code == status


async def test_the_feed_tells_what_changes(home: Home) -> None:
    """Corrections, cameras, motion and problems arrive as they happen."""
    async with (
        listening(home) as url,
        websockets.connect(f"{url}/api/feed", additional_headers=signed(home, url)) as feed,
    ):
        await home.owner.put(f"/api/events/{home.event}/correction", json={"verdict": "right"})
        told = await described(feed)
        assert told["type"] == "event"
        assert isinstance(told["event"], dict)
        assert told["event"]["correction"] == {"verdict": "right", "label": None}
        await home.owner.patch(f"/api/cameras/{home.camera}", json={"name": "Gate"})
        told = await described(feed)
        assert told["type"] == "camera"
        assert isinstance(told["camera"], dict)
        assert told["camera"]["name"] == "Gate"
        hours = [{"days": [0], "from": "08:00", "to": "16:00"}]
        await home.owner.patch(f"/api/cameras/{home.camera}", json={"off_hours": hours})
        told = await described(feed)
        assert isinstance(told["camera"], dict)
        assert told["camera"]["off_hours"] == hours  # told as it is asked for
        problem = Problem("p1", ProblemCode.CLOCK, None, Micros(0), "The clock jumped.")
        home.hub.feed.publish(MotionChanged(home.camera, moving=True))
        home.hub.feed.publish(CameraGone(home.camera))
        home.hub.feed.publish(ProblemChanged(problem))
        home.hub.feed.publish(ProblemChanged(problem, over=True))
        kinds = [(await described(feed))["type"] for _ in range(4)]
        assert kinds == ["motion", "camera_gone", "problem", "problem_over"]


async def test_a_burst_of_parts_is_forwarded_quickly(home: Home) -> None:
    """Ten seconds of film reach the browser complete and in order."""
    shown = film(seconds=10)
    async with listening(home) as url:
        address = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(address, additional_headers=signed(home, address)) as socket:
            await socket.recv()
            stream = StreamName.MAIN
            home.hub.fanout.publish(home.camera, stream, LiveInit(stream, shown.run.init))
            await socket.recv()
            await socket.recv()
            received = []
            for part in shown.parts:
                home.hub.fanout.publish(home.camera, stream, framed(part))
                received.append(await socket.recv())
            assert received == [framed(part).frame for part in shown.parts]


async def test_other_cameras_are_not_mixed_in(home: Home) -> None:
    """A viewer of one camera gets nothing of another."""
    other = CameraId("garden0000000001")
    address = StreamAddress(StreamName.MAIN, "rtsp://192.0.2.2/main")
    await home.hub.database.run(cameras.add, Camera(other, "Garden", address))
    shown = film(seconds=4)
    async with listening(home) as url:
        path = f"{url}/api/cameras/{home.camera}/live?stream=main"
        async with websockets.connect(path, additional_headers=signed(home, url)) as socket:
            await socket.recv()
            init = LiveInit(StreamName.MAIN, shown.run.init)
            home.hub.fanout.publish(other, StreamName.MAIN, init)
            home.hub.fanout.publish(
                home.camera, StreamName.MAIN, LiveState(CameraState.ONLINE, "Online.")
            )
            assert (await described(socket))["type"] == "state"
