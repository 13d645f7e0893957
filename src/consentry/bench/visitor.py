"""People at a hub under measurement: signed in, with the feed open, watching, playing recordings.

They work in the process that measures, so that what a browser costs is not counted as the hub's.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import cycle

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from consentry.bench.hub_process import HubProcess, Json
from consentry.model.errors import ConsentryError

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
_LOOK_S = 2.0
"""Between two requests of a player, which each bring so much footage."""
_POLL_S = 5.0
_BEHIND_S = 20
"""How long ago what is played was recorded."""


@dataclass(frozen=True, slots=True)
class Door:
    """How a hub is reached: its address, and whom to trust (None: plain HTTP)."""

    address: str
    trust: ssl.SSLContext | None = None

    @classmethod
    def plain(cls, hub: HubProcess) -> "Door":
        """Return this machine's own way in."""
        return cls(f"http://127.0.0.1:{hub.port}")

    @classmethod
    def sealed(cls, hub: HubProcess) -> "Door":
        """Return everybody's way in: HTTPS, under the root of the house."""
        root = hub.fetch("/trust/consentry.crt")
        text = root.decode() if root.startswith(b"-") else ssl.DER_cert_to_PEM_cert(root)
        context = ssl.create_default_context(cadata=text)
        known = hub.get("/api/trust")
        names: list[str] = [*known["addresses"], *known["names"]]
        return cls(f"https://{names[0]}:{hub.port}", context)


class Visitor:
    """Somebody signed in, by cookie or by an API token."""

    def __init__(self, door: Door) -> None:
        """Come to the door; nobody is signed in yet. The process that measures ends it."""
        self._door = door
        self.client = httpx.AsyncClient(
            base_url=door.address,
            headers={"X-Consentry": "1"},
            verify=True if door.trust is None else door.trust,
            timeout=30,
        )

    async def send(self, path: str, body: Json) -> Json:
        """POST; raise ConsentryError for anything but a success."""
        answer = await self.client.post(path, json=body)
        if not answer.is_success:
            message = f"The hub answered {answer.status_code}: {answer.text[:300]}"
            raise ConsentryError(message)
        found: Json = answer.json() if answer.content else {}
        return found

    async def sign_in(self, name: str) -> None:
        """Sign in with the password that everybody here has."""
        await self.send("/api/login", {"name": name, "password": PASSWORD})

    @asynccontextmanager
    async def doing(self, *looks: "AsyncIterator[None]") -> AsyncIterator[None]:
        """Have the feed open and do all of ``looks`` inside the context."""
        tasks = [asyncio.create_task(_drained(each)) for each in (self.feed(), *looks)]
        try:
            yield
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def feed(self) -> AsyncIterator[None]:
        """Hear what changes."""
        async for _ in self._listen("/api/feed"):
            yield

    async def live(self, camera: str) -> AsyncIterator[None]:
        """Watch a camera's small stream."""
        async for _ in self._listen(f"/api/cameras/{camera}/live"):
            yield

    async def play(self, cameras: Sequence[str]) -> AsyncIterator[None]:
        """Play what was just recorded, two seconds at a time, of one camera after the other."""
        for camera in cycle(cameras):
            segment, at = await self._recorded(camera)
            query: Json = {"from_us": at, "to_us": at + round(_LOOK_S * 1e6), "track": "video"}
            answer = await self.client.get(f"/api/segments/{segment}/media", params=query)
            answer.raise_for_status()
            yield
            await asyncio.sleep(_LOOK_S)

    async def poll(self) -> AsyncIterator[None]:
        """Ask again and again what there is, as programs do."""
        while True:
            for path in ("/api/cameras", "/api/events"):
                (await self.client.get(path)).raise_for_status()
            yield
            await asyncio.sleep(_POLL_S)

    async def check_diary(self) -> AsyncIterator[None]:
        """Read the newest of the diary, as a page that opens does."""
        while True:
            (await self.client.get("/api/diary", params={"limit": 50})).raise_for_status()
            yield
            await asyncio.sleep(3 * _POLL_S)

    async def _recorded(self, camera: str) -> tuple[str, int]:
        """Return a segment and a moment in it."""
        now = time.time()
        query = {"from": _iso(now - _BEHIND_S), "to": _iso(now - _BEHIND_S + 5), "stream": "main"}
        answer = await self.client.get(f"/api/cameras/{camera}/segments", params=query)
        found = answer.raise_for_status().json()[0]
        return found["id"], max(found["start_us"], round((now - _BEHIND_S) * 1e6))

    async def _listen(self, path: str) -> AsyncIterator[None]:
        address = self._door.address.replace("http", "ws", 1) + path
        headers = dict(self.client.headers)
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        sent = {k: v for k, v in headers.items() if k == "authorization"} | {"Cookie": cookies}
        with suppress(ConnectionClosed):
            async with connect(
                address, ssl=self._door.trust, additional_headers=sent, compression=None
            ) as socket:
                async for _ in socket:
                    yield
        message = f"The hub closed {path}."
        raise ConsentryError(message)


async def _drained(looks: AsyncIterator[None]) -> None:
    async for _ in looks:
        pass


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def everywhere(cameras: Sequence[str], rights: Sequence[str]) -> Iterator[Json]:
    """Yield grants for these cameras that hold at any hour of the week."""
    week = {"days": list(range(7)), "from": "00:00", "to": "00:00"}
    for camera in cameras:
        yield {"camera": camera, "rights": list(rights), "hours": [week]}
