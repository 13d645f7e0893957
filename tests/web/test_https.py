"""One port for HTTPS and plain HTTP: who gets what, over real sockets."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from consentry.seal.authority import Domain
from consentry.seal.pair import Pair
from consentry.web import door
from consentry.web.house_certificate import HouseCertificate, Keepers
from consentry.web.server import bind, serve_app
from tests.web.certificates import ISSUED, WallClock
from tests.web.home import until

NAME = "nas.local"


@dataclass(frozen=True)
class Port:
    """A served port, and a client's context that trusts what it shows."""

    number: int
    trusting: ssl.SSLContext

    def connect(self) -> socket.socket:
        """Open a plain connection."""
        return socket.create_connection(("127.0.0.1", self.number), timeout=10)


async def _who(request: Request) -> JSONResponse:
    return JSONResponse({"scheme": request.url.scheme})


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_bytes(bytes(300_000))
    await websocket.close()


@pytest.fixture
def house(tmp_path: Path) -> HouseCertificate:
    """Return a certificate for one name, good today."""
    (tmp_path / "keys").mkdir()
    pair = Pair.create()
    return HouseCertificate(
        tmp_path / "keys",
        WallClock(ISSUED),
        domain=lambda: Domain.of([NAME]),
        keepers=Keepers(publics=lambda: (pair.public,), openers=tuple),
    )


@contextlib.asynccontextmanager
async def served(house: HouseCertificate) -> AsyncIterator[Port]:
    """Serve a small application with a door in front of it."""
    app = Starlette(routes=[Route("/who", _who), WebSocketRoute("/echo", _echo)])
    bound = bind("127.0.0.1", 0)
    number = bound.getsockname()[1]
    task = asyncio.create_task(serve_app(app, sockets=[bound], certificate=house))
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.load_verify_locations(cadata=house.identity.root)
    try:
        yield Port(number, trusting)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def asked(port: Port, scheme: str) -> dict[str, str]:
    """Ask who we are, by the hub's name."""
    transport = httpx.AsyncHTTPTransport(verify=port.trusting)
    async with httpx.AsyncClient(transport=transport) as client:
        answer = await client.get(
            f"{scheme}://127.0.0.1:{port.number}/who",
            headers={"Host": NAME},
            extensions={"sni_hostname": NAME},
        )
    told: dict[str, str] = answer.json()
    return told


async def test_one_port_speaks_both(house: HouseCertificate) -> None:
    """The first byte decides: the same port answers TLS and plain HTTP, each as what it is."""
    async with served(house) as port:
        for scheme in ("https", "http"):
            assert await asked(port, scheme) == {"scheme": scheme}


async def test_live_view_goes_over_tls(house: HouseCertificate) -> None:
    """A WebSocket over TLS carries what is larger than any buffer on the way."""
    async with served(house) as port:
        url = f"wss://127.0.0.1:{port.number}/echo"
        async with websockets.connect(
            url, ssl=port.trusting, server_hostname=NAME, max_size=None
        ) as ws:
            assert await ws.recv() == bytes(300_000)


async def test_a_new_certificate_reaches_the_next_connection(house: HouseCertificate) -> None:
    """Renewing needs no restart: a device that trusts only the new root is let in at once."""
    async with served(house) as port:
        await asyncio.to_thread(house.renew)
        with pytest.raises(httpx.ConnectError, match="certificate"):
            await asked(port, "https")
        port.trusting.load_verify_locations(cadata=house.identity.root)
        assert await asked(port, "https") == {"scheme": "https"}


async def test_the_silent_and_the_confused_keep_nobody_out(house: HouseCertificate) -> None:
    """Connections that say nothing, hang up, or speak half a handshake end; others are served."""
    async with served(house) as port:
        silent = [await asyncio.to_thread(port.connect) for _ in range(20)]
        for one in silent[:10]:
            one.close()
        for one in silent[10:15]:
            one.sendall(b"\x16\x03\x01")
        for one in silent[15:]:
            one.sendall(b"\x16nonsense that is no handshake at all" * 10)
        assert await asked(port, "https") == {"scheme": "https"}
        for one in silent[15:]:
            with contextlib.suppress(ConnectionResetError):
                while await asyncio.to_thread(one.recv, 4096):
                    pass
        for one in silent[10:]:
            one.close()


async def test_too_many_silent_ones_are_hung_up_on(house: HouseCertificate) -> None:
    """Beyond a bound the newest is sent away at once and counted, so that none piles up."""
    listening = bind("127.0.0.1", 0)
    with contextlib.closing(listening):
        doorway = door.Door(listening, house, asyncio.Protocol)
        running = asyncio.create_task(doorway.run())
        address = listening.getsockname()
        many = [
            await asyncio.to_thread(socket.create_connection, address)
            for _ in range(door.MOST_WAITING + 3)
        ]
        await until(lambda: doorway.hung_up == 3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        ends = [await asyncio.to_thread(one.recv, 1) for one in many]
        assert ends == [b""] * len(many)
        for one in many:
            one.close()


@pytest.mark.parametrize("turns", range(6))
async def test_who_comes_as_the_door_closes_is_hung_up_on(
    house: HouseCertificate, turns: int
) -> None:
    """A connection is closed however few turns of the loop it was let in before the end."""
    with contextlib.closing(bind("127.0.0.1", 0)) as listening:
        running = asyncio.create_task(door.Door(listening, house, asyncio.Protocol).run())
        await asyncio.sleep(0)
        address = listening.getsockname()
        client = await asyncio.to_thread(socket.create_connection, address, timeout=20)
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    with client, contextlib.suppress(ConnectionResetError):
        assert await asyncio.to_thread(client.recv, 1) == b""
