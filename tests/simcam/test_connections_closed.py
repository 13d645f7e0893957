"""Whatever clients do while simulated cameras end, the cameras leave no socket behind.

A socket that the garbage collector finds fails whichever test runs at that moment.
"""

import contextlib
import gc
import socket
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest

from consentry.simcam import FilmSpec, SimulatedCamera, SimulatedCameras, fault, film

LARGE = FilmSpec(width=640, height=360, fps=25, seconds=1, noise=1.0)
CAMERA = "rtsp://127.0.0.1/one"
PLAYING = (
    f"SETUP {CAMERA}/track0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n"
    f"PLAY {CAMERA} RTSP/1.0\r\nCSeq: 2\r\n\r\n"
).encode()
LEAVING = f"TEARDOWN {CAMERA} RTSP/1.0\r\nCSeq: 3\r\n\r\n".encode()


@contextlib.contextmanager
def nothing_left() -> Iterator[None]:
    """Fail if something that the block opened is only closed by the garbage collector."""
    gc.collect()
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always", ResourceWarning)
        yield
        gc.collect()
    assert [str(warning.message) for warning in found] == []


def connected(clients: contextlib.ExitStack, server: SimulatedCameras) -> socket.socket:
    """Return a connection to the cameras that takes very little in, until ``clients`` closes."""
    client = clients.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(10)
    client.connect(("127.0.0.1", server.port))
    return client


def says_nothing(client: socket.socket) -> None:
    """Only connect."""
    assert client.fileno() >= 0


def asks_by_halves(client: socket.socket) -> None:
    """Begin a request and never end it."""
    client.sendall(b"DESCRIBE rtsp://127.0.0.1/one RTSP/1.0\r\nCSeq")


def asks_for_no_camera(client: socket.socket) -> None:
    """Get an answer without having named a camera."""
    client.sendall(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
    assert client.recv(12) == b"RTSP/1.0 200"


def leaves_without_reading(client: socket.socket) -> None:
    """End the session while more waits to be sent than the client takes."""
    client.sendall(PLAYING)
    assert client.recv(12) == b"RTSP/1.0 200"
    threading.Event().wait(0.3)  # the camera's buffers fill; how far decides nothing
    client.sendall(LEAVING)
    threading.Event().wait(0.1)


def hangs_up(client: socket.socket) -> None:
    """Play and be gone."""
    client.sendall(PLAYING + LEAVING)
    client.close()


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("behave", [says_nothing, asks_by_halves, hangs_up])
def test_a_client_that_stops_half_way_is_closed(
    behave: Callable[[socket.socket], None], *, tls: bool
) -> None:
    """A client that never gets to a camera, or through its handshake, holds no socket open."""
    shown = {"one": film(LARGE)}
    with (
        nothing_left(),
        contextlib.ExitStack() as clients,
        SimulatedCameras(shown, tls=tls) as server,
    ):
        for _ in range(4):
            behave(connected(clients, server))


@pytest.mark.parametrize("behave", [asks_for_no_camera, leaves_without_reading])
def test_a_client_that_was_answered_is_closed(behave: Callable[[socket.socket], None]) -> None:
    """A client that was answered outside a session, or does not read the end, is closed too."""
    shown = {"one": film(LARGE)}
    with nothing_left(), contextlib.ExitStack() as clients, SimulatedCameras(shown) as server:
        for _ in range(4):
            behave(connected(clients, server))


@pytest.mark.parametrize("faults", [(), (fault.NoAnswer(),), (fault.Trickle(bytes_per_second=99),)])
def test_clients_that_come_while_the_cameras_end_are_closed(
    faults: tuple[fault.Fault, ...],
) -> None:
    """Connections accepted in the camera's last moment are closed like all others."""
    with nothing_left(), contextlib.ExitStack() as clients:
        camera = SimulatedCamera(film(LARGE), faults=faults)

        def storm() -> None:
            with contextlib.suppress(OSError):
                for _ in range(100):
                    connected(clients, server).sendall(PLAYING)

        with SimulatedCameras({"one": camera}) as server:
            storms = [threading.Thread(target=storm) for _ in range(3)]
            for each in storms:
                each.start()
            asks_for_no_camera(connected(clients, server))
        for each in storms:
            each.join()
