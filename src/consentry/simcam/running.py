"""Simulated cameras beside the caller: in a thread (tests) or in a process of their own (demo).

Both are context managers that serve from entry to exit.
"""

import asyncio
import contextlib
import multiprocessing
import signal
import ssl
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self
from urllib.parse import quote

from consentry.model.errors import ConsentryError
from consentry.simcam.certificate import self_signed
from consentry.simcam.fault import Fault
from consentry.simcam.film import Film
from consentry.simcam.server import CameraServer, SimulatedCamera
from consentry.thread import NamedThread

_HOST = "127.0.0.1"
_START_TIMEOUT = 120.0
_STOP_TIMEOUT = 30.0

Declared = Mapping[str, SimulatedCamera | Film]
"""Cameras by name; a bare film is a camera without password and faults."""


def _cameras(declared: Declared) -> dict[str, SimulatedCamera]:
    return {
        name: SimulatedCamera(each) if isinstance(each, Film) else each
        for name, each in declared.items()
    }


class SimulatedCameras:
    """Cameras served by a thread with its own event loop."""

    def __init__(
        self, cameras: Declared, *, port: int = 0, tls: bool = False, speed: float = 1.0
    ) -> None:
        """Declare; entering starts. With ``tls`` the addresses are rtsps, self-signed.

        With ``speed`` 5 five seconds of film pass in one, timestamps and faults with them.
        """
        context: ssl.SSLContext | None = self_signed(_HOST) if tls else None
        self._server = CameraServer(
            _cameras(cameras), host=_HOST, port=port, tls=context, speed=speed
        )
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None  # of the thread, while it serves
        self._failure: Exception | None = None
        self._thread = NamedThread(target=self._run, name="simcam", daemon=True)

    def __enter__(self) -> Self:
        """Start and wait until the port is open."""
        self._thread.start()
        if not self._ready.wait(_START_TIMEOUT):
            message = "The simulated cameras did not start."
            raise ConsentryError(message)
        if self._failure:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut every connection and end the thread; raises ConsentryError if it does not end."""
        self._on_loop(self._stop.set)
        self._thread.join(_STOP_TIMEOUT)
        if self._thread.is_alive():
            message = f"The simulated cameras did not stop within {_STOP_TIMEOUT:.0f} seconds."
            raise ConsentryError(message)

    @property
    def port(self) -> int:
        """The port that is served."""
        return self._server.port

    def url(self, name: str) -> str:
        """Return the camera's address, without credentials."""
        return self._server.url(name)

    def sessions(self, name: str) -> int:
        """Return how often the camera was asked to PLAY so far."""
        return self._server.camera(name).sessions

    def dropped(self, name: str) -> int:
        """Return access units that finished sessions lost because the client did not read."""
        return self._server.camera(name).dropped

    def set_faults(self, name: str, *faults: Fault) -> None:
        """Change what is wrong with the camera for sessions that begin from now on."""
        self._server.camera(name)
        self._on_loop(self._server.set_faults, name, *faults)

    def disconnect(self, name: str) -> None:
        """Cut every connection to the camera abruptly."""
        self._server.camera(name)
        self._on_loop(self._server.disconnect, name)

    def _on_loop(self, change: Callable[..., None], *arguments: object) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(change, *arguments)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - whoever enters raises it
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with self._server:
            self._ready.set()
            await self._stop.wait()


class CameraProcess:
    """The same cameras in a spawned process; it ends when its parent does."""

    def __init__(self, cameras: Declared, *, port: int = 0) -> None:
        """Declare; entering starts."""
        self.port = port
        self.began: dict[str, float] = {}
        """When each camera's film was at its beginning, in seconds since 1970."""
        context = multiprocessing.get_context("spawn")
        self._ours, self._theirs = context.Pipe()
        self._process = context.Process(
            target=_serve_process,
            args=(_cameras(cameras), port, self._theirs),
            name="simcam",
            daemon=True,
        )

    def __enter__(self) -> Self:
        """Start and wait until the port is open."""
        self._process.start()
        self._theirs.close()
        started = self._ours.poll(_START_TIMEOUT)
        with contextlib.suppress(EOFError):  # it died, having said why on its stderr
            if started:
                self.port, self.began = self._ours.recv()
                return self
        self._process.kill()
        message = f"The simulated cameras did not start on port {self.port}."
        raise ConsentryError(message)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process: closing the pipe is the order to stop."""
        self._ours.close()
        self._process.join(_STOP_TIMEOUT)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid

    def url(self, name: str) -> str:
        """Return the camera's address, without credentials."""
        return f"rtsp://{_HOST}:{self.port}/{quote(name)}"


def _serve_process(cameras: Mapping[str, SimulatedCamera], port: int, parent: Connection) -> None:
    """Serve until the parent's end of the pipe closes."""
    # Ctrl-C reaches the whole group; it is the parent who decides when to end.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)

    async def serve() -> None:
        gone = asyncio.Event()
        asyncio.get_running_loop().add_reader(parent.fileno(), gone.set)
        async with CameraServer(cameras, port=port) as server:
            parent.send((server.port, server.began()))
            await gone.wait()

    asyncio.run(serve())
