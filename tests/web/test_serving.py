"""Sockets, the control socket, WebSockets without compression, and an end that does not wait."""

import asyncio
import contextlib
import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from consentry.home.control import address_of
from consentry.model.errors import ConflictError, InputError, StorageError
from consentry.web.guard import OWNER
from consentry.web.server import bind, bind_control, serve_app
from consentry.web.sessions import SIGNED_OUT
from consentry.web.stream import send_until_over


async def _who(request: Request) -> JSONResponse:
    return JSONResponse({"owner": bool(request.scope.get(OWNER))})


async def _endless(_: Request) -> StreamingResponse:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    return StreamingResponse(drip())


async def _flood(websocket: WebSocket) -> None:
    await websocket.accept()
    sent = 0

    async def send() -> None:
        nonlocal sent
        while True:
            await websocket.send_bytes(bytes(50_000))
            sent += 50_000
            websocket.app.state.sent = sent

    async def over() -> int:
        await websocket.app.state.ended.wait()
        return SIGNED_OUT

    await send_until_over(websocket, send(), over())


@contextlib.asynccontextmanager
async def served(sockets: list[socket.socket]) -> AsyncIterator[Starlette]:
    """Serve a small application on the sockets."""
    app = Starlette(
        routes=[
            Route("/who", _who),
            Route("/endless", _endless),
            WebSocketRoute("/flood", _flood),
        ]
    )
    app.state.ended = asyncio.Event()
    app.state.sent = 0
    task = asyncio.create_task(serve_app(app, sockets=sockets))
    await asyncio.sleep(0)
    try:
        yield app
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def port_of(bound: socket.socket) -> int:
    """Return the port the system chose."""
    port: int = bound.getsockname()[1]
    return port


def test_a_port_in_use_is_one_sentence() -> None:
    """The second hub on a port is told so, and what to do."""
    with (
        bind("127.0.0.1", 0) as bound,
        pytest.raises(ConflictError, match=r"is in use by another program"),
    ):
        bind("127.0.0.1", port_of(bound))


def test_an_address_of_another_machine_is_refused() -> None:
    """An address this machine does not have is named in the sentence."""
    with pytest.raises(InputError, match=r"192\.0\.2\.1"):
        bind("192.0.2.1", 0)


def test_a_port_that_is_none_is_named() -> None:
    """Past 65535 there are no ports: one sentence says so."""
    with pytest.raises(InputError, match="There is no port 70000"):
        bind("127.0.0.1", 70_000)


def test_the_control_socket_is_private(tmp_path: Path) -> None:
    """Nobody but the owner of the data folder can open it; one left by a killed hub is replaced."""
    path = tmp_path / "control.sock"
    for _ in range(2):
        with bind_control(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_long_data_folder_has_a_control_socket(tmp_path: Path) -> None:
    """A path of more bytes than a socket's address may have is bound and reached all the same."""
    folder = tmp_path / ("x" * 120) / ("y" * 120)
    folder.mkdir(parents=True)
    path = folder / "control.sock"
    for _ in range(2):
        with bind_control(path), socket.socket(socket.AF_UNIX) as client:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            with address_of(path) as address:
                client.connect(address)


def test_an_impossible_control_socket_is_one_sentence(tmp_path: Path) -> None:
    """A folder that is not there is named, whether its path is long or short."""
    with pytest.raises(StorageError, match="cannot be made: No such file"):
        bind_control(tmp_path / ("x" * 120) / "control.sock")
    with pytest.raises(StorageError, match="cannot be made"):
        bind_control(tmp_path / "nowhere" / "control.sock")


async def test_only_the_control_socket_makes_an_owner(tmp_path: Path) -> None:
    """The same request is the owner's over the control socket and a stranger's over TCP."""
    tcp, control = bind("127.0.0.1", 0), bind_control(tmp_path / "control.sock")
    url = f"http://127.0.0.1:{port_of(tcp)}"
    async with served([tcp, control]):
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            answer = await client.get("/who", headers={OWNER: "1"})
            assert answer.json() == {"owner": False}
            assert "server" not in answer.headers
        transport = httpx.AsyncHTTPTransport(uds=str(tmp_path / "control.sock"))
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            assert (await client.get("/who")).json() == {"owner": True}


async def test_the_server_ends_while_somebody_still_watches() -> None:
    """Endless answers and WebSockets do not hold up the end for longer than their grace."""
    tcp = bind("127.0.0.1", 0)
    port = port_of(tcp)
    async with contextlib.AsyncExitStack() as stack:
        server = contextlib.AsyncExitStack()
        await server.enter_async_context(served([tcp]))
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
        )
        endless = await stack.enter_async_context(client.stream("GET", "/endless"))
        await anext(endless.aiter_raw())
        flood = await websockets.connect(f"ws://127.0.0.1:{port}/flood", max_size=None)
        await flood.recv()
        async with asyncio.timeout(60):
            await server.aclose()
        with contextlib.suppress(websockets.ConnectionClosed):
            async with asyncio.timeout(60):
                async for _ in flood:
                    pass
        flood.transport.abort()


async def test_video_is_not_compressed() -> None:
    """The server agrees to no compression, even when the browser offers it."""
    tcp = bind("127.0.0.1", 0)
    async with (
        served([tcp]),
        websockets.connect(f"ws://127.0.0.1:{port_of(tcp)}/flood", compression="deflate") as ws,
    ):
        assert ws.response is not None
        assert "sec-websocket-extensions" not in ws.response.headers
        await ws.recv()
        ws.transport.abort()


async def test_a_viewer_that_does_not_read_is_felt_at_once() -> None:
    """Sending stops after about a megabyte, so that the fan-out sees who is slow within seconds."""
    tcp = bind("127.0.0.1", 0)
    async with served([tcp]) as app:
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        await asyncio.to_thread(reader.connect, ("127.0.0.1", port_of(tcp)))
        reader.sendall(
            b"GET /flood HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        before = -1
        while app.state.sent == 0 or app.state.sent != before:
            before = app.state.sent
            await asyncio.sleep(0.3)
        assert app.state.sent < 1_500_000
        reader.close()


async def test_a_session_that_ends_closes_its_streams() -> None:
    """The page learns by close code 4401 that it is signed out."""
    tcp = bind("127.0.0.1", 0)
    async with served([tcp]) as app:
        url = f"ws://127.0.0.1:{port_of(tcp)}/flood"
        async with websockets.connect(url, max_size=None) as ws:
            await ws.recv()
            app.state.ended.set()
            with contextlib.suppress(websockets.ConnectionClosed):
                async for _ in ws:
                    pass
            assert ws.close_code == 4401


async def test_answers_do_not_wait_for_acknowledgements() -> None:
    """What is accepted has TCP_NODELAY: without it every answer of two writes took 45 ms."""
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = writer.get_extra_info("socket")
        accepted.set_result(raw.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    bound = bind("127.0.0.1", 0)
    async with await asyncio.start_server(look, sock=bound):
        _, writer = await asyncio.open_connection("127.0.0.1", port_of(bound))
        assert await accepted != 0
        writer.close()
