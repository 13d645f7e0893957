"""Where makers put their streams: from a main stream's URL to its sub stream's, and first guesses.

Collected from the makers' own manuals. Guesses are only tried, never trusted: what they lead to is
looked at before it is used.
"""

import re
from urllib.parse import urlsplit, urlunsplit

_SUB_RULES: tuple[tuple[str, str], ...] = (
    (r"(?i)(/Streaming/(?:channels|tracks)/\d*?)01(?=$|[/?])", r"\g<1>02"),  # Hikvision, Ezviz
    (r"(?i)/main/av_stream", "/sub/av_stream"),  # Hikvision, older
    (r"(?i)subtype=0", "subtype=1"),  # Dahua, Amcrest, Lorex
    (r"(?i)(/(?:h26[45])?Preview_\d+)_main", r"\g<1>_sub"),  # Reolink
    (r"/stream1(?=$|[/?])", "/stream2"),  # TP-Link Tapo and VIGI
    (r"(/axis-media/media\.amp)$", r"\g<1>?resolution=640x360"),  # Axis
    (r"(?i)/videoMain", "/videoSub"),  # Foscam
    (r"(/unicast/c\d+)/s0/", r"\g<1>/s1/"),  # Uniview
    (r"/media/video1(?=$|[/?])", "/media/video2"),  # Uniview, older
    (r"/live\.sdp", "/live2.sdp"),  # Vivotek
    (r"/live1s1\.sdp", "/live1s2.sdp"),  # Vivotek
    (r"/profile2/media\.smp", "/profile3/media.smp"),  # Hanwha
    (r"inst=1(?=$|&)", "inst=2"),  # Bosch
    (r"(/live/ch\d+)_0(?=$|[/?])", r"\g<1>_1"),  # Xiongmai, Annke
    (r"(/ch\d+)_0\.(h26[45])", r"\g<1>_1.\g<2>"),  # Yi, Hi3518 boards
    (r"stream=0(?=$|[.&])", "stream=1"),  # Xiongmai
    (r"(?<=/)11(?=$|\?)", "12"),  # HiSilicon boards
    (r"(?i)main", "sub"),  # many others, and ONVIF test cameras
)

MAIN_PATHS = (
    "/Streaming/Channels/101",
    "/cam/realmonitor?channel=1&subtype=0",
    "/h264Preview_01_main",
    "/stream1",
    "/axis-media/media.amp",
    "/videoMain",
    "/unicast/c1/s0/live",
    "/live.sdp",
    "/profile2/media.smp",
    "/live/ch00_0",
    "/11",
    "/",
)
"""Paths tried on a host that names no path and speaks no ONVIF, most sold makers first."""


def sub_guesses(url: str) -> tuple[str, ...]:
    """Return where the sub stream of the main stream at ``url`` may be, likeliest first."""
    parts = urlsplit(url)
    place = urlunsplit(("", "", parts.path, parts.query, ""))
    found: dict[str, None] = {}
    for pattern, replacement in _SUB_RULES:
        guess, count = re.subn(pattern, replacement, place)
        if count and guess != place:
            found[f"{parts.scheme}://{parts.netloc}{guess}"] = None
    return tuple(found)
