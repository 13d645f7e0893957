"""Cameras as JSON: what is configured, how they are, and what of it is to change."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from consentry.home.cameras import NewCamera
from consentry.model.camera import Camera as ModelCamera
from consentry.model.camera import (
    LabelRule,
    Place,
    RecordMode,
    Retention,
    StreamAddress,
    Zone,
    stream_peer,
)
from consentry.model.errors import CameraState, InputError, Reason
from consentry.model.media import StreamName
from consentry.model.off import OffReason
from consentry.model.rights import Right
from consentry.model.secret import Secret, split_credentials
from consentry.model.status import CameraView, StreamState, without_address
from consentry.model.time import DAY, Micros
from consentry.model.vision import Label
from consentry.web.schema.base import Address, Answer, Body, Credential, Name, Share, iso
from consentry.web.schema.hours import Hours, hours, model_hours

_GIGABYTE = 10**9

Point = tuple[Share, Share]
PolygonJson = Annotated[list[Point], Field(min_length=3, max_length=64)]
"""Corners (x, y), shares of the picture; closed by itself."""


class Stream(Answer):
    """One stream as configured and as last seen; facts are null until it was seen once."""

    url: str
    state: CameraState
    codec: str | None
    width: int | None
    height: int | None
    fps: float | None
    key_frame_s: float | None
    audio_codec: str | None
    unheard: str | None
    """Sound that the camera offers in a format that cannot be recorded."""


class RetentionJson(Body):
    """How long recordings stay; ``gigabytes`` null means no limit of its own."""

    mode: RecordMode
    days: Annotated[float, Field(ge=0.01, le=36500, allow_inf_nan=False)]
    gigabytes: Annotated[float, Field(ge=0.1, le=1e6, allow_inf_nan=False)] | None = None


class ZoneJson(Body):
    """An area that matters; ``labels`` empty means all."""

    name: Name
    polygon: PolygonJson
    labels: Annotated[list[Label], Field(max_length=8, default_factory=list)]


class RuleJson(Body):
    """When a label is worth an alert."""

    enabled: bool
    threshold: Share
    min_area: Share = 0.0


class OffJson(Answer):
    """Why a camera is off, and when it goes on by itself; ``until`` null: it doesn't."""

    reason: OffReason
    until: str | None


class Camera(Answer):
    """One camera; its password is never told, only that there is one.

    ``rights`` is what the caller may do with it now. Addresses and the user in the camera are empty
    without the right ``settings``.
    """

    id: str
    name: str
    place: Place
    enabled: bool
    state: CameraState
    state_message: str
    recording: bool
    audio: bool
    detect: bool
    record_sub: bool
    main: Stream
    sub: Stream | None
    user: str
    has_password: bool
    retention: RetentionJson
    zones: list[ZoneJson]
    masks: list[PolygonJson]
    rules: dict[Label, RuleJson]
    snoozed_until: str | None
    order: int
    off: OffJson | None
    off_hours: list[Hours]
    rights: list[Right]


class NewCameraBody(Body):
    """A camera to add: the streams are found by themselves when only an address is given."""

    name: Name
    url: Address
    user: Credential = ""
    password: Credential = ""
    sub_url: Address | None = None
    place: Place = Place.INDOOR
    check: bool = True
    """False adds it without opening its streams first: after a probe, or while it is offline."""


class CameraChange(Body):
    """Any of a camera's settings; what is left out stays as it is."""

    name: Name | None = None
    place: Place | None = None
    enabled: bool | None = None
    audio: bool | None = None
    detect: bool | None = None
    record_sub: bool | None = None
    url: Address | None = None
    sub_url: Address | None = None
    user: Credential | None = None
    password: Credential | None = None
    retention: RetentionJson | None = None
    zones: Annotated[list[ZoneJson], Field(max_length=32)] | None = None
    masks: Annotated[list[PolygonJson], Field(max_length=32)] | None = None
    rules: dict[Label, RuleJson] | None = None
    order: Annotated[int, Field(ge=0, le=10_000)] | None = None
    off_hours: Annotated[list[Hours], Field(max_length=28)] | None = None


class SnoozeBody(Body):
    """No alerts for so many minutes; 0 ends it."""

    minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)]


class Until(StrEnum):
    """Moments a pause may last until."""

    MORNING = "morning"


class PauseBody(Body):
    """Be off for so many minutes (0 ends a pause), or until seven o'clock of the next morning."""

    minutes: Annotated[int, Field(ge=0, le=24 * 60)] | None = None
    until: Until | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.minutes is None) is (self.until is None):
            message = "Say either minutes or until."
            raise ValueError(message)
        return self


def camera(view: CameraView, rights: frozenset[Right]) -> Camera:
    """Return a camera as the API tells it to somebody with these rights."""
    model = view.camera if Right.SETTINGS in rights else _without_address(view.camera)
    sub = view.streams.get(StreamName.SUB)
    return Camera(
        id=model.id,
        name=model.name,
        place=model.place,
        enabled=model.enabled,
        state=view.main.state,
        state_message=_message(view, rights),
        recording=view.recording,
        audio=model.audio,
        detect=model.detect,
        record_sub=model.record_sub,
        main=_stream(model.main, view.main),
        sub=_stream(model.sub, sub) if model.sub is not None else None,
        user=model.user,
        has_password=bool(model.password),
        retention=_retention(model.retention),
        zones=[
            ZoneJson(name=zone.name, polygon=list(zone.polygon), labels=sorted(zone.labels))
            for zone in model.zones
        ],
        masks=[list(mask) for mask in model.masks],
        rules={
            label: RuleJson(enabled=rule.enabled, threshold=rule.threshold, min_area=rule.min_area)
            for label, rule in model.rules.items()
        },
        snoozed_until=iso(model.snoozed_until),
        order=model.order,
        off=OffJson(reason=view.off.reason, until=iso(view.off.until)) if view.off else None,
        off_hours=[hours(each) for each in model.off_hours],
        rights=[right for right in Right if right in rights],
    )


def _message(view: CameraView, rights: frozenset[Right]) -> str:
    """Return why it is in its state; where it is in the network is for those who may set it up."""
    main = view.main
    return main.message if Right.SETTINGS in rights else without_address(main.state)


def _without_address(model: ModelCamera) -> ModelCamera:
    """Leave out where the camera is in the network and who it lets in."""
    main = replace(model.main, url="")
    sub = replace(model.sub, url="") if model.sub is not None else None
    return replace(model, main=main, sub=sub, user="")


def _stream(address: StreamAddress, state: StreamState | None) -> Stream:
    facts = state.facts if state is not None else None
    return Stream(
        url=address.url,
        state=state.state if state is not None else CameraState.OFF,
        codec=facts.codec if facts else None,
        width=facts.width if facts else None,
        height=facts.height if facts else None,
        fps=facts.fps if facts else None,
        key_frame_s=facts.key_frame_s if facts else None,
        audio_codec=facts.audio_codec if facts else None,
        unheard=facts.unheard if facts else None,
    )


def _retention(retention: Retention) -> RetentionJson:
    limit = retention.max_bytes
    return RetentionJson.model_construct(
        mode=retention.mode,
        days=retention.max_age / DAY,
        gigabytes=limit / _GIGABYTE if limit is not None else None,
    )


def new_camera(body: NewCameraBody) -> NewCamera:
    """Read a camera to add. Raises InputError for an address that cannot be recorded unchecked."""
    if not body.check:
        _rtsp(body.url)
        if body.sub_url is not None:
            _rtsp(body.sub_url)
    password = Secret(body.password)
    return NewCamera(body.name, body.url, body.user, password, body.sub_url, body.place)


def changed(model: ModelCamera, change: CameraChange) -> ModelCamera:
    """Return ``model`` with the settings that ``change`` names. Raises InputError."""
    given = change.model_dump(exclude_unset=True, include=_PLAIN)
    if any(value is None for value in given.values()):
        message = "Only sub_url may be null."
        raise InputError(message)
    model = replace(model, **given)
    if change.password is not None:
        model = replace(model, password=Secret(change.password))
    if change.retention is not None:
        model = replace(model, retention=_model_retention(change.retention))
    if change.zones is not None:
        model = replace(model, zones=_model_zones(change.zones))
    if change.masks is not None:
        model = replace(model, masks=tuple(tuple(mask) for mask in change.masks))
    if change.off_hours is not None:
        model = replace(model, off_hours=tuple(model_hours(each) for each in change.off_hours))
    if change.rules is not None:
        rules = {label: LabelRule(**rule.model_dump()) for label, rule in change.rules.items()}
        model = replace(model, rules=model.rules | rules)
    return _readdressed(model, change)


_PLAIN = {"name", "place", "enabled", "audio", "detect", "record_sub", "user", "order"}


def _readdressed(model: ModelCamera, change: CameraChange) -> ModelCamera:
    """Put new addresses in force; credentials pasted into a URL move to where they belong."""
    if change.url is not None:
        url, user, password = split_credentials(_rtsp(change.url))
        model = replace(
            model,
            main=StreamAddress(StreamName.MAIN, url),
            user=user or model.user,
            password=password or model.password,
        )
    if "sub_url" in change.model_fields_set:
        sub = None
        if change.sub_url is not None:
            sub = StreamAddress(StreamName.SUB, split_credentials(_rtsp(change.sub_url))[0])
        model = replace(model, sub=sub)
    return model


def _rtsp(url: str) -> str:
    """Refuse what the recorder cannot open. Only adding and probing find streams by host name."""
    stream_peer(split_credentials(url)[0])
    return url


def _model_retention(retention: RetentionJson) -> Retention:
    limit = retention.gigabytes
    return Retention(
        mode=retention.mode,
        max_age=Micros(round(retention.days * DAY)),
        max_bytes=round(limit * _GIGABYTE) if limit is not None else None,
    )


def _model_zones(zones: list[ZoneJson]) -> tuple[Zone, ...]:
    names = [zone.name for zone in zones]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        message = f"Two zones are called {twice}."
        raise InputError(message, reason=Reason.ZONE_NAME_TWICE, name=twice)
    return tuple(Zone(zone.name, tuple(zone.polygon), frozenset(zone.labels)) for zone in zones)
