"""The words of alerts and problems, in the household's language."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from consentry.model.event import Event
from consentry.model.feed import SignedIn
from consentry.model.ids import EventId
from consentry.model.settings import Language, Settings
from consentry.model.status import Problem, ProblemCode
from consentry.model.time import to_datetime
from consentry.model.vision import Label
from consentry.notify.notifier import Link, Message

LABELS: dict[Language, dict[Label, str]] = {
    Language.ENGLISH: {
        Label.PERSON: "Person",
        Label.VEHICLE: "Vehicle",
        Label.ANIMAL: "Animal",
    },
    Language.GERMAN: {
        Label.PERSON: "Person",
        Label.VEHICLE: "Fahrzeug",
        Label.ANIMAL: "Tier",
    },
}

PROBLEMS: dict[Language, dict[ProblemCode, str]] = {
    Language.ENGLISH: {
        ProblemCode.CAMERA_DOWN: "camera not reachable",
        ProblemCode.DISK_FULL: "disk nearly full",
        ProblemCode.DISK_FAILING: "disk failing",
        ProblemCode.DISK_MISSING: "disk missing",
        ProblemCode.RETENTION_SHORT: "recordings kept shorter than promised",
        ProblemCode.RECORDER_BEHIND: "recording falls behind",
        ProblemCode.CLOCK: "clock jumped",
        ProblemCode.WATCHER: "detection interrupted",
        ProblemCode.NOTIFIER: "a notification channel fails",
        ProblemCode.GUESSING: "somebody guesses passwords",
        ProblemCode.DIARY: "the diary of looks was changed",
        ProblemCode.CERTIFICATE: "HTTPS certificate needs attention",
    },
    Language.GERMAN: {
        ProblemCode.CAMERA_DOWN: "Kamera nicht erreichbar",
        ProblemCode.DISK_FULL: "Festplatte fast voll",
        ProblemCode.DISK_FAILING: "Festplatte gestört",
        ProblemCode.DISK_MISSING: "Festplatte fehlt",
        ProblemCode.RETENTION_SHORT: "Aufnahmen bleiben kürzer als versprochen",
        ProblemCode.RECORDER_BEHIND: "Aufnahme kommt nicht nach",
        ProblemCode.CLOCK: "Uhr ist gesprungen",
        ProblemCode.WATCHER: "Erkennung unterbrochen",
        ProblemCode.NOTIFIER: "ein Benachrichtigungsweg ist gestört",
        ProblemCode.GUESSING: "jemand rät Passwörter",
        ProblemCode.DIARY: "das Tagebuch der Blicke wurde verändert",
        ProblemCode.CERTIFICATE: "HTTPS-Zertifikat braucht Aufmerksamkeit",
    },
}

_SEEN = {
    Language.ENGLISH: "{label} seen by {camera} on {date} at {time}{zones}.",
    Language.GERMAN: "{label} gesehen von {camera} am {date} um {time}{zones}.",
}
_IN_ZONES = {Language.ENGLISH: ", in {zones}", Language.GERMAN: ", in {zones}"}
_DATE = {Language.ENGLISH: "%Y-%m-%d", Language.GERMAN: "%d.%m.%Y"}
_SIGNED_IN = {
    Language.ENGLISH: (
        "New sign-in: {name}",
        "{name} signed in on {date} at {time} from {address}{device}.",
    ),
    Language.GERMAN: (
        "Neue Anmeldung: {name}",
        "{name} hat sich am {date} um {time} von {address}{device} angemeldet.",
    ),
}
_WITH = {Language.ENGLISH: " with {device}", Language.GERMAN: " mit {device}"}
_OVER = {Language.ENGLISH: "Over: {title}", Language.GERMAN: "Behoben: {title}"}
_OVER_TEXT = {
    Language.ENGLISH: "This was the problem: {message}",
    Language.GERMAN: "Das war die Störung (Meldung der Zentrale): {message}",
}
_TEST = {
    Language.ENGLISH: Message(
        "Consentry: test message", "It works: alerts of your cameras arrive here."
    ),
    Language.GERMAN: Message(
        "Consentry: Testnachricht", "Es klappt: Hier kommen die Meldungen Ihrer Kameras an."
    ),
}
_WATCHED_TITLE = {
    Language.ENGLISH: "Watched live: {camera}",
    Language.GERMAN: "Live gesehen: {camera}",
}
_WATCHING = {
    Language.ENGLISH: "Watching {camera} now: {people}.",
    Language.GERMAN: "Es sieht gerade {camera}: {people}.",
}
_UNWATCHED = {
    Language.ENGLISH: "Nobody watches {camera} any more.",
    Language.GERMAN: "Niemand sieht mehr {camera}.",
}
_SHARED_TITLE = {
    Language.ENGLISH: "{sender} shared a clip with you",
    Language.GERMAN: "{sender} teilt einen Clip mit dir",
}
_SHARED = {
    Language.ENGLISH: (
        "{sender} shared a clip from a camera at home with you.\n\n"
        "Whoever has this link can open the clip. {sender} is told when it was opened."
    ),
    Language.GERMAN: (
        "{sender} teilt einen Clip einer Kamera zu Hause mit dir.\n\n"
        "Wer diesen Link hat, kann den Clip öffnen. {sender} erfährt, wann er geöffnet wurde."
    ),
}
_OPEN_CLIP = {Language.ENGLISH: "Open the clip", Language.GERMAN: "Clip öffnen"}
_OPEN = {Language.ENGLISH: "Open in Consentry", Language.GERMAN: "In Consentry öffnen"}


def event_page(event: EventId) -> str:
    """Return the address of an event's page within the hub's, after ``/#/``."""
    return f"events/{event}"


@dataclass(frozen=True, slots=True)
class Wording:
    """Makes messages in one language, with times of one zone.

    ``address`` is where the hub's page is opened; None: not known, then messages carry no link.
    """

    language: Language
    zone: ZoneInfo
    address: str | None = None

    @classmethod
    def of(cls, settings: Settings, address: str | None = None) -> "Wording":
        """Return the household's wording."""
        return cls(settings.language, settings.zone, address)

    def label(self, label: Label) -> str:
        """Return what people call the thing."""
        return LABELS[self.language][label]

    def alert(self, event: Event, camera: str) -> Message:
        """Say that ``camera`` saw something."""
        moment = to_datetime(event.start, self.zone)
        zones = ""
        if event.zones:
            zones = _IN_ZONES[self.language].format(zones=", ".join(event.zones))
        text = _SEEN[self.language].format(
            label=self.label(event.label),
            camera=camera,
            date=moment.strftime(_DATE[self.language]),
            time=moment.strftime("%H:%M:%S"),
            zones=zones,
        )
        title = f"{self.label(event.label)}: {camera}"
        return Message(title, text, link=self._link(event_page(event.id)))

    def problem(self, problem: Problem, camera: str | None) -> Message:
        """Say that something is wrong; the details are the hub's own sentence."""
        return Message(self._problem_title(problem, camera), problem.message, link=self._link())

    def problem_over(self, problem: Problem, camera: str | None) -> Message:
        """Say that something is well again."""
        title = _OVER[self.language].format(title=self._problem_title(problem, camera))
        return Message(title, _OVER_TEXT[self.language].format(message=problem.message))

    def signed_in(self, news: SignedIn) -> Message:
        """Say that somebody signed in, so that a stranger does not go unnoticed."""
        moment = to_datetime(news.at, self.zone)
        title, text = _SIGNED_IN[self.language]
        text = text.format(
            name=news.name,
            date=moment.strftime(_DATE[self.language]),
            time=moment.strftime("%H:%M:%S"),
            address=news.address,
            device=_WITH[self.language].format(device=news.device) if news.device else "",
        )
        return Message(title.format(name=news.name), text, link=self._link("people"))

    def watching(self, camera: str, people: tuple[str, ...]) -> Message:
        """Say who watches an indoor camera live, or that nobody does any more."""
        texts = _WATCHING if people else _UNWATCHED
        text = texts[self.language].format(people=", ".join(people), camera=camera)
        title = _WATCHED_TITLE[self.language].format(camera=camera)
        return Message(title, text, link=self._link("diary"))

    def test(self) -> Message:
        """Return the message that proves a channel, and that its link opens where it is read."""
        return replace(_TEST[self.language], link=self._link())

    def shared(self, link: str, *, sender: str) -> Message:
        """Return the letter that carries a link to a shared clip."""
        title = _SHARED_TITLE[self.language].format(sender=sender)
        text = _SHARED[self.language].format(sender=sender)
        return Message(title, text, link=Link(link, _OPEN_CLIP[self.language]))

    def _link(self, page: str = "") -> Link | None:
        if self.address is None:
            return None
        return Link(f"{self.address}/#/{page}", _OPEN[self.language])

    def _problem_title(self, problem: Problem, camera: str | None) -> str:
        return f"{camera or 'Consentry'}: {PROBLEMS[self.language][problem.code]}"
