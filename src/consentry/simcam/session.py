"""One client's connection: RTSP requests in order, one playing session at most."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_hex

from consentry.model.media import TrackKind
from consentry.simcam.broadcast import Broadcast
from consentry.simcam.fault import (
    AudioOnly,
    Fault,
    NoAnswer,
    NotFound,
    WrongPassword,
)
from consentry.simcam.film import Film
from consentry.simcam.login import Login, Scheme
from consentry.simcam.message import Request, answer, read_request
from consentry.simcam.sdp import describe
from consentry.simcam.viewer import PlayingViewer

_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER"
_CONTROL = re.compile(r"^(?P<camera>.*?)(?:/track(?P<track>\d+))?$")
_INTERLEAVED = re.compile(r"interleaved=(\d+)-(\d+)")


@dataclass(slots=True, eq=False)
class OnAir:
    """A camera being served. ``faults``, ``sessions`` and ``viewers`` change on the loop only."""

    film: Film
    broadcast: Broadcast
    user: str
    password: str = field(repr=False)
    scheme: Scheme
    faults: tuple[Fault, ...]
    sessions: int = 0
    dropped: int = 0
    connections: set["Session"] = field(default_factory=set)

    def struck(self) -> tuple[Fault, ...]:
        """Return the faults the next session suffers."""
        return tuple(fault for fault in self.faults if fault.strikes(self.sessions))

    def suffers(self, kind: type[Fault]) -> bool:
        """Tell whether the next session suffers a fault of this kind."""
        return any(isinstance(fault, kind) for fault in self.struck())


class Session:
    """Serves one connection from its first request to its end."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        find: Callable[[str], OnAir | None],
    ) -> None:
        """Serve cameras that ``find`` knows by path."""
        self.writer = writer
        self._reader = reader
        self._find = find
        self._id = token_hex(8)
        self._login: Login | None = None
        self._camera: OnAir | None = None
        self._channels: dict[int, int] = {}
        self._viewer: PlayingViewer | None = None

    async def serve(self) -> None:
        """Answer until the client leaves or tears down; closing the connection is the caller's."""
        try:
            while request := await read_request(self._reader):
                if not self._respond(request):
                    break
                await self.writer.drain()
        except (ValueError, ConnectionError):
            return  # no RTSP, or gone: a camera hangs up
        finally:
            self._stop()
            if self._camera:
                self._camera.connections.discard(self)

    def _respond(self, request: Request) -> bool:
        """Answer one request; False ends the connection."""
        matched = _CONTROL.match(request.path)
        name, track = matched.group("camera", "track") if matched else ("", None)
        camera = self._find(name)
        if camera is None:
            # OPTIONS on "*" or the server's root belongs to no camera.
            known = request.method == "OPTIONS"
            self._answer(request, 200 if known else 404, {"Public": _METHODS} if known else {})
            return True
        if self._muted(camera):
            return True
        if request.method != "OPTIONS" and not self._admitted(request, camera):
            return True
        if self._camera is not camera:
            if self._camera:
                self._camera.connections.discard(self)
            self._camera = camera
            camera.connections.add(self)
        self._carry_out(request, camera, int(track or 0))
        return request.method != "TEARDOWN"

    def _carry_out(self, request: Request, camera: OnAir, place: int) -> None:
        match request.method:
            case "OPTIONS":
                self._answer(request, 200, {"Public": _METHODS})
            case "DESCRIBE":
                self._describe(request, camera)
            case "SETUP":
                self._setup(request, camera, place)
            case "PLAY":
                self._play(request, camera)
            case "PAUSE" | "TEARDOWN":
                self._stop()
                self._answer(request, 200, {"Session": self._id})
            case "GET_PARAMETER" | "SET_PARAMETER":
                self._answer(request, 200, {"Session": self._id})
            case _:
                self._answer(request, 501)

    def _answer(self, request: Request, status: int, headers: dict[str, str] | None = None) -> None:
        self.writer.write(answer(request, status, headers))

    def _muted(self, camera: OnAir) -> bool:
        return camera.suffers(NoAnswer) or (self._viewer is not None and self._viewer.hung)

    def _admitted(self, request: Request, camera: OnAir) -> bool:
        """Tell whether the client is signed in; ask it to if not."""
        refused = camera.suffers(WrongPassword)
        if not camera.user and not refused:
            return True
        if self._login is None:
            self._login = Login(camera.user, camera.password, camera.scheme)
        header = request.headers.get("authorization", "")
        if not refused and self._login.satisfied_by(header, request.method):
            return True
        self._answer(request, 401, {"WWW-Authenticate": self._login.demand})
        return False

    def _describe(self, request: Request, camera: OnAir) -> None:
        if camera.suffers(NotFound):
            self._answer(request, 404)
            return
        film = camera.film
        if camera.suffers(AudioOnly):
            film = film.without(TrackKind.VIDEO)
        address = self.writer.get_extra_info("sockname")[0]
        headers = {
            "Content-Type": "application/sdp",
            "Content-Base": request.url.rstrip("/") + "/",
        }
        self.writer.write(answer(request, 200, headers, body=describe(film, address)))

    def _setup(self, request: Request, camera: OnAir, place: int) -> None:
        transport = request.headers.get("transport", "")
        asked = _INTERLEAVED.search(transport)
        if "RTP/AVP/TCP" not in transport:
            self._answer(request, 461)
            return
        if camera.suffers(AudioOnly):
            place += 1
        if place >= len(camera.film.tracks):
            self._answer(request, 404)
            return
        channel = int(asked[1]) if asked else 2 * len(self._channels)
        self._channels[place] = channel
        granted = f"RTP/AVP/TCP;unicast;interleaved={channel}-{channel + 1}"
        self._answer(request, 200, {"Transport": granted, "Session": f"{self._id};timeout=60"})

    def _play(self, request: Request, camera: OnAir) -> None:
        if not self._channels:
            self._answer(request, 455)
            return
        self._answer(request, 200, {"Session": self._id, "Range": "npt=0.000-"})
        if self._viewer is None:
            faults = camera.struck()
            camera.sessions += 1
            self._viewer = PlayingViewer(
                self.writer, camera.broadcast, channels=self._channels, faults=faults
            )

    def _stop(self) -> None:
        if self._viewer:
            self._viewer.close()
            if self._camera:
                self._camera.dropped += self._viewer.dropped
            self._viewer = None
