"""What Home Assistant hears of a camera, and of who watches. Pure: messages in, topics out.

One retained device announcement a camera (MQTT discovery of Home Assistant 2024.12 and newer),
and one retained topic a value, so that a Home Assistant that starts later knows everything:

    homeassistant/device/consentry_ID/config    the announcement
    consentry/status                            online | offline (also the last will)
    consentry/ID/online                         ON | OFF
    consentry/ID/state                          a ``Shown``: why there are no pictures, if so
    consentry/ID/motion                         ON | OFF
    consentry/ID/event                          JSON of the last event
    consentry/ID/picture                        JPEG of the last alert, where the owner allowed it
    consentry/ID/watched                        ON | OFF: somebody watches an indoor camera live

The last event's state is its time and not its label: two people after each other are two changes,
and a broker that repeats a retained message is none.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from consentry import __version__
from consentry.model.camera import Camera, Place
from consentry.model.errors import CameraState
from consentry.model.event import Event
from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    CameraGone,
    EventChanged,
    FeedMessage,
    MotionChanged,
    ProblemChanged,
    SignedIn,
    WatchingChanged,
)
from consentry.model.ids import CameraId
from consentry.model.off import OffReason
from consentry.model.settings import Language, MqttChannel
from consentry.model.status import CameraView
from consentry.model.time import Span, to_iso
from consentry.notify.wording import event_page

ON, OFF = b"ON", b"OFF"

_NAMES = {
    Language.ENGLISH: {
        "motion": "Motion",
        "event": "Last event",
        "online": "Online",
        "picture": "Last alert",
        "watched": "Somebody watches",
        "state": "State",
    },
    Language.GERMAN: {
        "motion": "Bewegung",
        "event": "Letztes Ereignis",
        "online": "Erreichbar",
        "picture": "Letzter Alarm",
        "watched": "Jemand sieht zu",
        "state": "Zustand",
    },
}


class Shown(StrEnum):
    """What a camera does now, for whoever wonders why there are no pictures."""

    ONLINE = "online"
    CONNECTING = "connecting"
    TROUBLE = "trouble"
    OFF = "off"
    OFF_HOURS = "off_hours"
    PAUSED = "paused"


_WHY_OFF = {
    OffReason.SWITCH: Shown.OFF,
    OffReason.SCHEDULE: Shown.OFF_HOURS,
    OffReason.PAUSE: Shown.PAUSED,
}


def _shown(view: CameraView) -> Shown:
    if view.off is not None:
        return _WHY_OFF[view.off.reason]
    match view.main.state:
        case CameraState.ONLINE:
            return Shown.ONLINE
        case CameraState.CONNECTING:
            return Shown.CONNECTING
        case CameraState.OFF:
            return Shown.OFF
        case _:
            return Shown.TROUBLE


def _is_of(event: Event, span: Span) -> bool:
    """Tell whether an erasure of ``span`` takes the event: by its beginning or its picture."""
    return any(span.start <= moment <= span.end for moment in (event.start, event.best.time))


@dataclass(frozen=True, slots=True)
class Retained:
    """A retained MQTT message; an empty payload removes the topic from the broker."""

    topic: str
    payload: bytes


class HomeAssistant:
    """Turns the hub's feed into retained topics.

    ``_newest`` has the newest event told per camera, so that the correction of an old one doesn't
    become the last one, ``_pictured`` that of the last picture, and ``_watched`` the cameras that
    somebody watches. All belong to the event loop's thread.
    """

    def __init__(
        self,
        channel: MqttChannel,
        language: Language,
        *,
        address: Callable[[], str | None] = lambda: None,
    ) -> None:
        """Speak for ``channel`` in the household's language; the hub's page is at ``address``."""
        self._channel = channel
        self._address = address
        self._names = _NAMES[language]
        self._newest: dict[CameraId, Event] = {}
        self._pictured: dict[CameraId, Event] = {}
        self._watched: set[CameraId] = set()

    @property
    def status_topic(self) -> str:
        """Where it stands whether the hub is connected."""
        return f"{self._channel.prefix}/status"

    def topics(  # noqa: PLR0911 - one return a message
        self, message: FeedMessage, picture: bytes | None
    ) -> tuple[Retained, ...]:
        """Return what to publish; ``picture`` is the alert's JPEG if this channel may have it."""
        match message:
            case CameraChanged(view):
                return self._camera(view)
            case CameraGone(camera):
                return self._gone(camera)
            case MotionChanged(camera, moving):
                return (self._state(camera, "motion", ON if moving else OFF),)
            case EventChanged(event):
                return self._event(event)
            case AlertShown(event):
                if picture is None:
                    return self._event(event)
                self._pictured[event.camera] = event
                return (*self._event(event), self._state(event.camera, "picture", picture))
            case WatchingChanged(camera, _, people):
                return self._watching(camera, people)
            case ProblemChanged() | SignedIn():
                return ()

    def erased(self, camera: CameraId, span: Span) -> tuple[Retained, ...]:
        """Take the last event and its picture off the broker, if they are of ``span``.

        Of what was told before this start nothing is known: that goes too.
        """
        told = (("event", self._newest), ("picture", self._pictured))
        gone = [(value, of) for value, of in told if camera not in of or _is_of(of[camera], span)]
        for _, of in gone:
            of.pop(camera, None)
        return tuple(self._state(camera, value, b"") for value, _ in gone)

    def withdrawal(self, cameras: Iterable[CameraId]) -> tuple[Retained, ...]:
        """Take everything off the broker that was ever told of these cameras."""
        topics = [topic for camera in cameras for topic in self._gone(camera)]
        return (*topics, Retained(self.status_topic, b""))

    def _camera(self, view: CameraView) -> tuple[Retained, ...]:
        camera = view.camera
        online = ON if view.main.state is CameraState.ONLINE else OFF
        # What was sent while pictures were allowed leaves the broker when they no longer are.
        taken_back = () if self._channel.pictures else (self._state(camera.id, "picture", b""),)
        watched = b"" if camera.place is Place.OUTDOOR else self._watched_state(camera.id)
        return (
            self._announcement(camera),
            self._state(camera.id, "online", online),
            self._state(camera.id, "state", _shown(view).encode()),
            self._state(camera.id, "watched", watched),
            *taken_back,
        )

    def _watching(self, camera: CameraId, people: tuple[str, ...]) -> tuple[Retained, ...]:
        """Say that somebody watches, and not who: a broker has readers nobody thinks of."""
        (self._watched.add if people else self._watched.discard)(camera)
        return (self._state(camera, "watched", self._watched_state(camera)),)

    def _watched_state(self, camera: CameraId) -> bytes:
        return ON if camera in self._watched else OFF

    def _gone(self, camera: CameraId) -> tuple[Retained, ...]:
        self._newest.pop(camera, None)
        self._pictured.pop(camera, None)
        self._watched.discard(camera)
        values = ("online", "state", "motion", "event", "picture", "watched")
        return (
            Retained(self._config_topic(camera), b""),
            *(self._state(camera, value, b"") for value in values),
        )

    def _event(self, event: Event) -> tuple[Retained, ...]:
        if event.start < self._newest.get(event.camera, event).start:
            return ()
        self._newest[event.camera] = event
        facts = {
            "id": event.id,
            "label": event.label,
            "score": round(event.score, 2),
            "alert": event.alert,
            "start": to_iso(event.start),
            "end": to_iso(event.end) if event.end is not None else None,
            "zones": event.zones,
        }
        if (address := self._address()) is not None:
            facts["link"] = f"{address}/#/{event_page(event.id)}"
        return (self._state(event.camera, "event", json.dumps(facts).encode()),)

    def _state(self, camera: CameraId, value: str, payload: bytes) -> Retained:
        return Retained(f"{self._channel.prefix}/{camera}/{value}", payload)

    def _config_topic(self, camera: CameraId) -> str:
        return f"{self._channel.discovery_prefix}/device/consentry_{camera}/config"

    def _announcement(self, of: Camera) -> Retained:
        camera = of.id
        components: dict[str, dict[str, object]] = {
            "motion": self._component(camera, "motion", "binary_sensor")
            | {
                "device_class": "motion",
                "state_topic": f"{self._channel.prefix}/{camera}/motion",
            },
            "event": self._component(camera, "event", "sensor")
            | {
                "device_class": "timestamp",
                "state_topic": f"{self._channel.prefix}/{camera}/event",
                "value_template": "{{ value_json.start }}",
                "json_attributes_topic": f"{self._channel.prefix}/{camera}/event",
            },
            "online": self._component(camera, "online", "binary_sensor")
            | {
                "device_class": "connectivity",
                "entity_category": "diagnostic",
                "state_topic": f"{self._channel.prefix}/{camera}/online",
            },
            "state": self._component(camera, "state", "sensor")
            | {
                "device_class": "enum",
                "entity_category": "diagnostic",
                "options": list(Shown),
                "state_topic": f"{self._channel.prefix}/{camera}/state",
            },
        }
        if self._channel.pictures:
            components["picture"] = self._component(camera, "picture", "image") | {
                "content_type": "image/jpeg",
                "image_topic": f"{self._channel.prefix}/{camera}/picture",
            }
        if of.place is Place.INDOOR:
            components["watched"] = self._component(camera, "watched", "binary_sensor") | {
                "icon": "mdi:eye",
                "state_topic": f"{self._channel.prefix}/{camera}/watched",
            }
        device = {
            "identifiers": [f"consentry_{camera}"],
            "name": of.name,
            "manufacturer": "Consentry",
            "model": "Camera",
            "sw_version": __version__,
        }
        if (address := self._address()) is not None:
            device["configuration_url"] = f"{address}/#/camera/{camera}"
        announcement = {
            "device": device,
            "origin": {"name": "Consentry", "sw_version": __version__},
            "availability": [{"topic": self.status_topic}],
            "components": components,
        }
        return Retained(self._config_topic(camera), json.dumps(announcement).encode())

    def _component(self, camera: CameraId, value: str, platform: str) -> dict[str, object]:
        return {
            "platform": platform,
            "unique_id": f"consentry_{camera}_{value}",
            "name": self._names[value],
        }
