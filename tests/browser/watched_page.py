"""A browser page that remembers what it must not do: ask strangers, or complain in its console."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request

PATIENCE_MS = 60_000
"""How long a test waits for what must come; on two busy cores a film's person may be late."""

PASSING_MS = 270_000
"""For somebody to pass in the demo: every minute and a half, and a busy machine may miss two."""

_VIDEO = """video => {
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 36;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 64, 36);
    const pixels = context.getImageData(0, 0, 64, 36).data;
    let low = 255, high = 0;
    for (let at = 0; at < pixels.length; at += 4) {
        low = Math.min(low, pixels[at]);
        high = Math.max(high, pixels[at]);
    }
    return { seconds: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames,
             contrast: high - low, width: video.videoWidth };
}"""


_ASK = """async ([method, path, body]) => {
    const headers = { 'X-Consentry': '1', 'Content-Type': 'application/json' };
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    return { status: answer.status, body: answer.status === 204 ? {} : await answer.json() };
}"""


@dataclass(frozen=True)
class Painted:
    """What a video element shows at a moment."""

    seconds: float
    frames: int
    contrast: int
    """Brightest minus darkest pixel: an empty element has 0."""
    width: int


@dataclass
class WatchedPage:
    """A page of one hub, with every foreign request and console complaint it made."""

    page: Page
    address: str
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    """Complaints a test provokes on purpose, such as the 401 of a wrong password."""

    def __post_init__(self) -> None:
        """Listen before the first request."""
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("request", self._asked)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, place: str) -> None:
        """Go to a place of the page, such as ``#/events``."""
        self.page.goto(f"{self.address}/{place}")

    def ask(
        self, method: str, path: str, body: object = None, *, status: int | None = None
    ) -> dict[str, object]:
        """Ask the hub as the page would; the answer must be good, or of this ``status``."""
        answer = self.page.evaluate(_ASK, [method, path, body])
        assert answer["status"] == status if status else answer["status"] < 300, answer
        said: dict[str, object] = answer["body"]
        return said

    def hide(self, *, hidden: bool) -> None:
        """Let the page believe that its tab went behind another, or came back.

        Playwright keeps every tab in front, so the browser itself never says so.
        """
        self.page.evaluate(
            """hidden => {
                Object.defineProperty(document, 'visibilityState',
                    { configurable: true, get: () => (hidden ? 'hidden' : 'visible') });
                document.dispatchEvent(new Event('visibilitychange'));
            }""",
            hidden,
        )

    def painting(self, video: Locator, *, seconds: float = 1.0) -> Painted:
        """Wait until the video shows a picture and has played on for that long; return the last."""
        first = self.until(video, lambda shown: shown.frames > 0 and shown.contrast > 0)
        return self.until(video, lambda shown: shown.seconds > first.seconds + seconds)

    def still(self, video: Locator) -> Painted:
        """Return what the video shows."""
        return Painted(**video.evaluate(_VIDEO))

    def until(self, video: Locator, holds: Callable[[Painted], bool]) -> Painted:
        """Wait until what the video shows is as wished."""
        for _ in range(PATIENCE_MS // 100):
            shown = self.still(video)
            if holds(shown):
                return shown
            self.page.wait_for_timeout(100)
        message = f"the video stayed at {shown}"
        raise AssertionError(message)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"blob", "data"} and parts.netloc != urlsplit(self.address).netloc:
            self.foreign.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        text = f"{message.text} ({message.location.get('url', '')})"
        if not any(part in text for part in self.expected):
            self.complaints.append(text)
