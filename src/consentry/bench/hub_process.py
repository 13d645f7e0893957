"""A hub under measurement: the real command in a process of its own, asked over its public API."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from consentry.model.errors import ConsentryError
from consentry.model.keys import UnlockMode

Json = dict[str, Any]
"""An answer of the API: JSON at the edge."""

_START_S, _STOP_S = 60.0, 10.0
_TOKEN = re.compile(r"one-time token: (\S+)")


class HubProcess:
    """``consentry run`` on a folder; a context manager that starts and ends it."""

    def __init__(self, data: Path, *, detect: bool, host: str = "127.0.0.1") -> None:
        """Prepare the folder; without ``detect`` the hub only records."""
        self.data = data
        self.port = _free_port()
        self.pid = 0
        self.has_owner = False
        data.mkdir(parents=True, exist_ok=True)
        (data / "consentry.toml").write_text(
            f'host = "{host}"\ndetect = {str(detect).lower()}\nkeep_free_gigabytes = 0.2\n'
        )
        self._log = data / "hub.log"

    def __enter__(self) -> Self:
        """Start and wait until health is good."""
        command = [sys.executable, "-m", "consentry.cli.main", "run", "--data", str(self.data)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--port", str(self.port)], stdout=log, stderr=subprocess.STDOUT
            )
        self.pid = self._process.pid
        transport = httpx.HTTPTransport(uds=str(self.data / "control.sock"))
        self.api = httpx.Client(transport=transport, base_url="http://hub", timeout=60)
        self._wait(lambda: self._health() is not None, "did not start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it as a service manager would."""
        self.api.close()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def add_cameras(self, cameras: Mapping[str, tuple[str, str | None]]) -> None:
        """Add cameras (name: main and sub address) that are not there yet."""
        known = {camera["name"] for camera in self.get("/api/cameras")}
        for name, (main, sub) in cameras.items():
            if name not in known:
                # Nothing is searched for: looking for a sub stream takes ten seconds a camera.
                body = {"name": name, "url": main, "sub_url": sub, "check": False}
                self.post("/api/cameras", body)

    def wait_recording(self, count: int) -> None:
        """Wait until so many cameras are recorded."""
        try:
            self._wait(lambda: (self._health() or {}).get("recording") == count, "does not record")
        except ConsentryError as error:
            states = {c["name"]: (c["state"], c["recording"]) for c in self.get("/api/cameras")}
            message = f"{error} Of {count} cameras: {states}"
            raise ConsentryError(message) from error

    def get(self, path: str, **query: str | int) -> Any:  # noqa: ANN401 - JSON at the edge
        """GET a route as the owner."""
        return self._checked(self.api.get(path, params=query)).json()

    def fetch(self, path: str, **query: str | int) -> bytes:
        """GET bytes as the owner."""
        return self._checked(self.api.get(path, params=query)).content

    def post(self, path: str, body: Json) -> Any:  # noqa: ANN401 - JSON at the edge
        """POST to a route as the owner."""
        return self._checked(self.api.post(path, json=body)).json()

    def change(self, path: str, body: Json) -> None:
        """PATCH a route as the owner."""
        self._checked(self.api.patch(path, json=body))

    def make_account(
        self, name: str, password: str, *, unlock: UnlockMode = UnlockMode.PASSPHRASE
    ) -> None:
        """Make the first account with the token the terminal printed."""
        found = _TOKEN.search(self._log.read_text())
        if found is None:
            message = "The hub printed no token."
            raise ConsentryError(message)
        body = {"token": found[1], "name": name, "password": password, "unlock": unlock.value}
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/api/setup",
            json=body,
            headers={"X-Consentry": "1"},
            timeout=60,  # the locks of passwords are measured first
        )
        self._checked(answer)
        self.has_owner = True

    def _health(self) -> Json | None:
        try:
            answer = self.api.get("/api/health")
        except httpx.TransportError:
            return None
        cameras: Json | None = answer.json().get("cameras") if answer.is_success else None
        return cameras

    def _wait(self, ready: Any, complaint: str) -> None:  # noqa: ANN401 - a condition
        deadline = time.monotonic() + _START_S
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text()[-600:]
                message = f"The hub {complaint}: {tail}"
                raise ConsentryError(message)
            time.sleep(0.2)

    @staticmethod
    def _checked(answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            message = f"The hub answered {answer.status_code}: {answer.text[:300]}"
            raise ConsentryError(message)
        return answer


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
