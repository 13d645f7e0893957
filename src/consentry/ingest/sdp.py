"""What a camera announces of its stream: a session description (RFC 4566), as far as it is ours.

Formats: RFC 6184 (H.264), RFC 7798 (H.265), RFC 3640 and RFC 3016 (AAC), RFC 7587 (Opus),
RFC 3551 (static payload types).
"""

import base64
import binascii
from dataclasses import dataclass, field

from consentry.fmp4 import CODECS, ParameterSets, annex_b, nal_units, parameter_sets

_MOST_MEDIA = 32
_VIDEO_RATE, _TELEPHONE_RATE = 90000, 8000
_STATIC = {
    0: ("pcm_mulaw", _TELEPHONE_RATE),
    8: ("pcm_alaw", _TELEPHONE_RATE),
    18: ("g729", _TELEPHONE_RATE),
    26: ("mjpeg", _VIDEO_RATE),
}
_NAMES = {
    "H264": "h264",
    "H265": "hevc",
    "HEVC": "hevc",
    "JPEG": "mjpeg",
    "MP4V-ES": "mpeg4",
    "PCMU": "pcm_mulaw",
    "PCMA": "pcm_alaw",
    "MPEG4-GENERIC": "aac",
    "MP4A-LATM": "latm",
    "OPUS": "opus",
    "G729": "g729",
    "AMR": "amrnb",
    "L16": "pcm_s16be",
}
_SPROPS = ("sprop-parameter-sets", "sprop-vps", "sprop-sps", "sprop-pps")


@dataclass(slots=True)
class Media:
    """One media of a description; ``codec`` is FFmpeg's name where it has one."""

    kind: str
    payload_type: int
    codec: str
    clock: int
    channels: int = 1
    control: str = ""
    frame_rate: float = 0.0
    parameters: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, default: int = 0) -> int:
        """Return a numeric format parameter."""
        text = self.parameters.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default  # noqa: PLR2004

    def hexadecimal(self, name: str) -> bytes:
        """Return a format parameter in base 16; empty when there is none or it is none."""
        try:
            return bytes.fromhex(self.parameters.get(name, ""))
        except ValueError:
            return b""

    @property
    def announced(self) -> ParameterSets:
        """Return the parameter sets of a video in one of our ``CODECS``."""
        values = ",".join(self.parameters.get(name, "") for name in _SPROPS)
        units = [_decoded(text) for text in values.split(",")]
        return parameter_sets(CODECS[self.codec], nal_units(annex_b(filter(None, units))))


@dataclass(frozen=True, slots=True)
class Description:
    """Everything announced; ``control`` is the whole session's, empty or ``*`` mostly."""

    control: str
    media: tuple[Media, ...]

    def of_kind(self, kind: str) -> list[Media]:
        """Return the media that are ``video`` or ``audio``."""
        return [media for media in self.media if media.kind == kind]


def parse(text: str) -> Description:
    """Read a description. Never raises: what makes no sense is left out."""
    control, media = "", list[Media]()
    for line in text.splitlines():
        key, _, value = line.strip().partition("=")
        if key == "m" and len(media) < _MOST_MEDIA:
            media.append(_media(value))
        elif key == "a":
            name, _, rest = value.partition(":")
            if media:
                _attribute(media[-1], name.lower(), rest.strip())
            elif name.lower() == "control":
                control = rest.strip()
    return Description(control, tuple(media))


def _media(line: str) -> Media:
    words = line.split()
    kind = words[0].lower() if words else ""
    payload_type = _integer(words[3], -1) if len(words) > 3 else -1  # noqa: PLR2004
    codec, clock = _STATIC.get(payload_type, ("an unknown", 0))
    return Media(kind, payload_type, codec, clock or (_VIDEO_RATE if kind == "video" else 0))


def _attribute(media: Media, name: str, value: str) -> None:
    match name:
        case "control":
            media.control = value
        case "rtpmap" | "fmtp":
            number, _, rest = value.partition(" ")
            if _integer(number, -1) != media.payload_type:
                return
            if name == "rtpmap":
                _map(media, rest.strip())
            else:
                _format(media, rest)
        case "framerate" | "x-framerate":
            digits = value.replace(".", "", 1)
            valid = digits.isascii() and digits.isdigit() and len(digits) < 9  # noqa: PLR2004
            media.frame_rate = float(value) if valid else 0.0


def _map(media: Media, value: str) -> None:
    name, _, rest = value.partition("/")
    clock, _, channels = rest.partition("/")
    upper = name.strip().upper()
    media.codec = "g726" if upper.startswith(("G726", "AAL2-G726")) else _NAMES.get(upper, "")
    media.codec = media.codec or name.strip().lower() or "an unknown"
    media.clock = _integer(clock, media.clock)
    media.channels = max(1, min(_integer(channels, 1), 8))


def _format(media: Media, value: str) -> None:
    for pair in value.split(";"):
        name, _, setting = pair.strip().partition("=")
        media.parameters[name.strip().lower()] = setting.strip()


def _integer(text: str, default: int) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else default  # noqa: PLR2004


def _decoded(text: str) -> bytes:
    """Return base 64 decoded; empty when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
