"""Looking for cameras, as JSON: what a probe saw, what answered the search."""

from consentry.model.probe import AdviceCode, CameraReport, FoundDevice, StreamReport
from consentry.web.schema.base import Address, Answer, Body, Credential


class ProbeBody(Body):
    """An address to look at: a stream's URL, or just the camera's host."""

    url: Address
    user: Credential = ""
    password: Credential = ""
    sub_url: Address | None = None


class FoundStream(Answer):
    """What a probe saw of one stream."""

    url: str
    codec: str
    width: int
    height: int
    fps: float
    key_frame_s: float | None
    audio_codec: str | None


class Advice(Answer):
    """A setting of the camera worth changing."""

    code: AdviceCode
    message: str
    seconds: float | None


class Report(Answer):
    """What a probe found."""

    main: FoundStream
    sub: FoundStream | None
    device: str
    clock_skew_s: float | None
    advice: list[Advice]


class Device(Answer):
    """A camera that answered the search."""

    name: str
    address: str
    onvif_url: str
    model: str


class Devices(Answer):
    """All that answered within three seconds."""

    devices: list[Device]


def report(found: CameraReport) -> Report:
    """Return what a probe found as the API tells it."""
    streams = (found.main, *((found.sub,) if found.sub is not None else ()))
    advice = dict.fromkeys([*(one for each in streams for one in each.advice), *found.advice])
    return Report(
        main=_found(found.main),
        sub=_found(found.sub) if found.sub is not None else None,
        device=found.device,
        clock_skew_s=found.main.clock_skew,
        advice=[Advice(code=one.code, message=one.message, seconds=one.seconds) for one in advice],
    )


def _found(stream: StreamReport) -> FoundStream:
    return FoundStream(
        url=stream.url,
        codec=stream.codec,
        width=stream.width,
        height=stream.height,
        fps=stream.fps,
        key_frame_s=stream.key_distance,
        audio_codec=stream.audio,
    )


def device(found: FoundDevice) -> Device:
    """Return a camera that answered the search."""
    return Device(name=found.name, address=found.address, onvif_url=found.xaddr, model=found.model)
