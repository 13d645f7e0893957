"""Talking to a camera: describe, set up, play, keep alive, tear down (RFC 2326)."""

import contextlib
import re
import threading
import time
from urllib.parse import urlsplit

from consentry.ingest.dial import DIAL_SECONDS, dial
from consentry.ingest.failure import declined, mute, peer_of, turned_away
from consentry.ingest.rtsp_login import Login
from consentry.ingest.rtsp_message import Message, not_implemented, request
from consentry.ingest.wire import Frames, Wire
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.secret import Secret, split_credentials, with_credentials

ANSWER_SECONDS = 5.0

_OK, _UNAUTHORIZED = 200, 401
_REDIRECTS = frozenset({301, 302, 303, 305, 307, 308})
_MOST_REDIRECTS = 5
_TIMEOUT = 60.0  # of a session whose camera names none (RFC 2326 12.37)
_SHORTEST_TIMEOUT = 4.0
_INTERLEAVED = re.compile(r"interleaved\s*=\s*(\d{1,3})")
_SESSION = re.compile(r"\s*([^;\s]+)(?:.*?;\s*timeout\s*=\s*(\d{1,6}))?")
_CHANNELS = 255
_EARLY_LIMIT = 4 << 20  # bytes of media kept that come before the answer to PLAY


class RtspSession:
    """A conversation with one camera over one connection. Owned by one thread."""

    def __init__(
        self, address: Secret, *, stop: threading.Event, timeout: float = DIAL_SECONDS
    ) -> None:
        """Connect. Raises CameraError."""
        self.url, user, password = split_credentials(address.reveal())
        self.host, _ = peer_of(self.url)
        self._stop = stop
        self._timeout = timeout
        self._login = Login(user, password)
        self._wire = self._connected()
        self._number = 0
        self._session = ""
        self._base = self.url
        self._alive_by = "OPTIONS"
        self._alive_every = _TIMEOUT / 2
        self._alive_at = 0.0
        self._early: list[Frames | Message] = []
        self._channels: set[int] = set()

    def close(self) -> None:
        """Take leave, without waiting for an answer, and hang up."""
        if self._session:
            with contextlib.suppress(OSError):  # gone already
                self._send("TEARDOWN", self._base)
        self._wire.close()

    @property
    def drained(self) -> bool:
        """Tell whether the last ``receive`` left nothing waiting."""
        return self._wire.drained

    @property
    def received(self) -> int:
        """Return how many bytes came, of whatever kind."""
        return self._wire.received

    def describe(self) -> str:
        """Return the session description. Raises CameraError."""
        answer = self._ask("OPTIONS", self.url)
        if "GET_PARAMETER" in answer.header("public"):
            self._alive_by = "GET_PARAMETER"
        for _ in range(_MOST_REDIRECTS):
            answer = self._ask("DESCRIBE", self.url, {"Accept": "application/sdp"})
            if answer.status not in _REDIRECTS or not answer.header("location"):
                break
            self._redirect(answer.header("location"))
        self._agreed(answer)
        self._base = answer.header("content-base") or answer.header("content-location") or self.url
        if "://" not in self._base:
            self._base = self.url
        return answer.body.decode("utf-8", "replace")

    def set_up(self, control: str) -> int:
        """Ask for a media by its control attribute; return the channel it will come by."""
        asked = max(self._channels, default=-1) + 1
        asked += asked % 2
        transport = f"RTP/AVP/TCP;unicast;interleaved={asked}-{asked + 1}"
        answer = self._agreed(self._ask("SETUP", self._control(control), {"Transport": transport}))
        session = _SESSION.match(answer.header("session"))
        if session:
            self._session = session[1]
            timeout = max(_SHORTEST_TIMEOUT, float(session[2] or _TIMEOUT))
            self._alive_every = timeout / 2
        granted = _INTERLEAVED.search(answer.header("transport"))
        channel = int(granted[1]) if granted and int(granted[1]) < _CHANNELS else asked
        self._channels |= {channel, channel + 1}
        self._wire.expect(frozenset(self._channels))
        return channel

    def play(self, control: str) -> None:
        """Let the media come; ``control`` is the whole session's."""
        if control not in {"", "*"}:
            self._base = self._control(control)
        self._agreed(self._ask("PLAY", self._base, {"Range": "npt=0.000-"}))
        self._alive_at = time.monotonic() + self._alive_every

    def receive(self) -> list[Frames | Message]:
        """Return media, and messages that are handled already; keep the session alive.

        Raises OSError at the connection's end.
        """
        found, self._early = self._early, []
        found = found or self._wire.receive()
        now = time.monotonic()
        if now >= self._alive_at:
            self._alive_at = now + self._alive_every
            self._send(self._alive_by, self._base)
        for item in found:
            if isinstance(item, Message):
                self._overheard(item)
        return found

    def _connected(self) -> Wire:
        host, port = peer_of(self.url)
        tls = urlsplit(self.url).scheme == "rtsps"
        return Wire(dial(host, port, stop=self._stop, tls=tls, timeout=self._timeout), host)

    def _redirect(self, location: str) -> None:
        """Go where the camera says; credentials stay with the host they were given for."""
        before = self.url
        self.url = self._bare(location)
        host, _ = peer_of(self.url)
        secure = before.startswith("rtsps:") <= self.url.startswith("rtsps:")
        kept = host == self.host and secure
        self.host = host
        self._login = Login(self._login.user if kept else "", self._login.password)
        self._wire.close()
        self._wire = self._connected()

    def _control(self, control: str) -> str:
        """Return the URL of a media. Joined as FFmpeg does it, which every camera knows."""
        if "://" in control:
            return self._bare(control)
        if control in {"", "*"}:
            return self._base
        return self._base + ("" if self._base.endswith("/") else "/") + control

    def _bare(self, url: str) -> str:
        """Return a URL of the camera's without credentials."""
        try:
            return split_credentials(url)[0]
        except InputError:
            raise mute(self.host) from None

    def _agreed(self, answer: Message) -> Message:
        if answer.status != _OK:
            raise declined(answer.status, answer.reason, self.url, user=self._login.user)
        return answer

    def _ask(self, method: str, uri: str, headers: dict[str, str] | None = None) -> Message:
        """Ask, sign in if told to, and return the answer. Raises CameraError when none comes."""
        try:
            answer = self._exchange(method, uri, headers or {})
            while answer.status == _UNAUTHORIZED and self._login.challenged(answer):
                answer = self._exchange(method, uri, headers or {})
        except OSError:
            raise turned_away(self.host) from None
        return answer

    def _exchange(self, method: str, uri: str, headers: dict[str, str]) -> Message:
        self._send(method, uri, headers)
        until = time.monotonic() + min(ANSWER_SECONDS, self._timeout)
        answer = None
        while answer is None:
            if time.monotonic() > until or self._stop.is_set():
                raise mute(self.host)
            for item in self._wire.receive():
                if isinstance(item, Frames):
                    self._keep(item)
                elif item.status and item.number in {self._number, None}:
                    answer = item
                else:
                    self._overheard(item)
        return answer

    def _keep(self, frames: Frames) -> None:
        """Keep media that come before the answer to PLAY."""
        kept = sum(len(item.data) for item in self._early if isinstance(item, Frames))
        if kept < _EARLY_LIMIT:
            self._early.append(frames)

    def _send(self, method: str, uri: str, headers: dict[str, str] | None = None) -> None:
        self._number += 1
        signed = {"Session": self._session, "Authorization": self._login.header(method, uri)}
        self._wire.send(request(method, uri, self._number, {**(headers or {}), **signed}))

    def _overheard(self, message: Message) -> None:
        """Answer what the server asks; learn a new nonce from a refusal to keep alive."""
        if not message.status:
            self._wire.send(not_implemented(message))
        elif message.status == _UNAUTHORIZED and self._login.challenged(message):
            self._send(self._alive_by, self._base)


def shows(url: str, user: str, password: Secret) -> bool:
    """Tell whether the camera describes the stream to ``user``; without one, to anybody. Blocks.

    A password is sent once at most. Raises CameraError when the camera does not answer, or with
    something else than yes or no.
    """
    session = RtspSession(with_credentials(url, user, password), stop=threading.Event())
    try:
        session.describe()
    except CameraError as error:
        if error.state is CameraState.WRONG_PASSWORD:
            return False
        raise
    finally:
        session.close()
    return True
