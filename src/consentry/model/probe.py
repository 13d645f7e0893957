"""What was found out about a camera before it is added: streams, devices on the network, advice."""

from dataclasses import dataclass
from enum import StrEnum


class AdviceCode(StrEnum):
    """Settings of a camera worth changing, as the page names them in the owner's language."""

    RARE_KEY_FRAMES = "rare_key_frames"
    FEW_KEY_FRAMES = "few_key_frames"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    SILENT = "silent"
    UNKNOWN_SOUND = "unknown_sound"
    NO_SUB = "no_sub"
    H265_ONLY = "h265_only"


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence for the owner; ``seconds`` is the figure in it, None where there is none."""

    code: AdviceCode
    message: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class StreamReport:
    """One stream as it was met.

    ``url`` carries no credentials. ``codec`` is FFmpeg's name. ``key_distance`` is seconds between
    key frames, None when only one was met in the time given (then it is longer than that).
    ``audio`` is FFmpeg's codec name or None; ``clock_skew`` is the camera's clock minus ours in
    seconds, None when the camera does not tell. ``advice`` is empty when all is well.
    """

    url: str
    codec: str
    width: int
    height: int
    fps: float
    key_distance: float | None
    audio: str | None
    clock_skew: float | None
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class CameraReport:
    """A camera as it was met: its streams, and maker and model if it told them."""

    main: StreamReport
    sub: StreamReport | None
    device: str = ""
    advice: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device that answered WS-Discovery; ``xaddr`` is the URL where it speaks ONVIF."""

    address: str
    name: str
    model: str
    xaddr: str
