"""The RTSP server: many cameras on one port, RTP interleaved in the TCP connection.

``CameraServer`` runs inside an event loop; ``consentry.simcam.running`` puts it into a thread or a
process of its own. Cutting a film into packets is done once and shared by every camera playing it.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote
from zlib import crc32

from consentry.model.errors import NotFoundError
from consentry.simcam.broadcast import Began, Broadcast
from consentry.simcam.fault import Fault
from consentry.simcam.film import Film
from consentry.simcam.listener import Listener
from consentry.simcam.login import Scheme
from consentry.simcam.rtp import CutTrack, cut
from consentry.simcam.session import OnAir, Session
from consentry.simcam.viewer import reset

_PHASE_STEP = 0.37
"""Seconds by which neighbours on one film differ, so that key frames do not all come at once.

The streams of one camera do not differ: all of them show the same moment.
"""


@dataclass(frozen=True, slots=True)
class SimulatedCamera:
    """A camera as declared: what it plays, who may watch, what is wrong with it."""

    film: Film
    user: str = ""
    password: str = field(default="", repr=False)
    scheme: Scheme = "digest"
    faults: tuple[Fault, ...] = ()
    phase: float = 0.0
    """Seconds into the film at which it begins."""


class CameraServer:
    """Serves simulated cameras while its ``async with`` block lasts."""

    def __init__(
        self,
        cameras: Mapping[str, SimulatedCamera],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        speed: float = 1.0,
    ) -> None:
        """Serve each camera under its name as path; port 0 takes a free one.

        ``door/main`` and ``door/sub`` are two streams of one camera.
        """
        self.port = port
        self._declared = dict(cameras)
        self._host = host
        self._tls = tls
        self._speed = speed
        self._on_air: dict[str, OnAir] = {}
        self._listener = Listener(self._serve, tls=tls)
        self._playing: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        """Start listening; raises OSError when the port is taken."""
        cuts: dict[int, tuple[CutTrack, ...]] = {}
        for name, camera in self._declared.items():
            film = camera.film
            if id(film) not in cuts:
                cuts[id(film)] = tuple(
                    cut(track, crc32(f"{name}/{place}".encode()))
                    for place, track in enumerate(film.tracks)
                )
        began = Began.now()  # all of them at once: cutting a long film takes a second
        phases: dict[str, float] = {}
        for name, camera in self._declared.items():
            device = name.strip("/").rpartition("/")[0] or name
            phase = camera.phase + phases.setdefault(device, len(phases) * _PHASE_STEP)
            broadcast = Broadcast(
                cuts[id(camera.film)], phase=phase, speed=self._speed, began=began
            )
            self._on_air[name.strip("/")] = OnAir(
                camera.film, broadcast, camera.user, camera.password, camera.scheme, camera.faults
            )
        self.port = self._listener.open(self._host, self.port)
        self._playing = [
            asyncio.create_task(camera.broadcast.run(), name=f"simcam {name}")
            for name, camera in self._on_air.items()
        ]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop listening and cut every connection."""
        await self._listener.close()
        for task in self._playing:
            task.cancel()
        await asyncio.gather(*self._playing, return_exceptions=True)

    def url(self, name: str) -> str:
        """Return the camera's address, without credentials."""
        self.camera(name)
        return f"{'rtsps' if self._tls else 'rtsp'}://{self._host}:{self.port}/{quote(name)}"

    def began(self) -> dict[str, float]:
        """Return when each film's position was 0: seconds since 1970, for measuring delays."""
        return {name: camera.broadcast.began for name, camera in self._on_air.items()}

    def camera(self, name: str) -> OnAir:
        """Return a served camera; raises NotFoundError for a name not declared."""
        found = self._on_air.get(name.strip("/"))
        if found is None:
            message = f"There is no simulated camera {name!r}."
            raise NotFoundError(message)
        return found

    def set_faults(self, name: str, *faults: Fault) -> None:
        """Change what is wrong with the camera for sessions that begin from now on."""
        self.camera(name).faults = faults

    def disconnect(self, name: str) -> None:
        """Cut every connection to the camera abruptly."""
        for session in tuple(self.camera(name).connections):
            reset(session.writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Session(reader, writer, self._on_air.get).serve()
