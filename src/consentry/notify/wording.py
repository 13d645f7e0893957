"""The words of alerts and problems, in the household's language."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from consentry.model.event import Event
from consentry.model.feed import SignedIn
from consentry.model.ids import EventId
from consentry.model.settings import Language, Settings
from consentry.model.status import Problem
from consentry.model.time import Micros, to_datetime
from consentry.model.vision import Label
from consentry.notify.notifier import Link, Message
from consentry.notify.trouble import TROUBLES

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

_SEEN = {
    Language.ENGLISH: "{label} seen by {camera} on {moment}{zones}.",
    Language.GERMAN: "{label} gesehen von {camera} am {moment}{zones}.",
}
_IN_ZONES = {Language.ENGLISH: ", in {zones}", Language.GERMAN: ", in {zones}"}
_DATE = {Language.ENGLISH: "%Y-%m-%d", Language.GERMAN: "%d.%m.%Y"}
_SIGNED_IN = {
    Language.ENGLISH: (
        "New sign-in: {name}",
        "{name} signed in on {moment} from {address}{device}.",
    ),
    Language.GERMAN: (
        "Neue Anmeldung: {name}",
        "{name} hat sich am {moment} von {address}{device} angemeldet.",
    ),
}
_WITH = {Language.ENGLISH: " with {device}", Language.GERMAN: " mit {device}"}
_OVER = {Language.ENGLISH: "Over: {title}", Language.GERMAN: "Behoben: {title}"}
_OVER_TEXT = {
    Language.ENGLISH: "All is well again. It began on {since}.",
    Language.GERMAN: "Alles ist wieder gut. Es begann am {since}.",
}
_AT = {Language.ENGLISH: "{date} at {time}", Language.GERMAN: "{date} um {time}"}
_TEST = {
    Language.ENGLISH: Message(
        "Consentry: test message", "It works: alerts of your cameras arrive here."
    ),
    Language.GERMAN: Message(
        "Consentry: Testnachricht", "Es klappt: Hier kommen die Meldungen deiner Kameras an."
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
        zones = ""
        if event.zones:
            zones = _IN_ZONES[self.language].format(zones=", ".join(event.zones))
        text = _SEEN[self.language].format(
            label=self.label(event.label),
            camera=camera,
            moment=self._moment(event.start),
            zones=zones,
        )
        title = f"{self.label(event.label)}: {camera}"
        return Message(title, text, link=self._link(event_page(event.id)))

    def problem(self, problem: Problem, camera: str | None) -> Message:
        """Say that something is wrong, and what it means; the page says the details."""
        _, text = TROUBLES[self.language][problem.code]
        text = text.format(camera=camera or "?", since=self._moment(problem.since))
        return Message(self._problem_title(problem, camera), text, link=self._link())

    def problem_over(self, problem: Problem, camera: str | None) -> Message:
        """Say that something is well again."""
        title = _OVER[self.language].format(title=self._problem_title(problem, camera))
        text = _OVER_TEXT[self.language].format(since=self._moment(problem.since))
        return Message(title, text, link=self._link())

    def signed_in(self, news: SignedIn) -> Message:
        """Say that somebody signed in, so that a stranger does not go unnoticed."""
        title, text = _SIGNED_IN[self.language]
        text = text.format(
            name=news.name,
            moment=self._moment(news.at),
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
        title, _ = TROUBLES[self.language][problem.code]
        return f"{camera or 'Consentry'}: {title}"

    def _moment(self, at: Micros) -> str:
        moment = to_datetime(at, self.zone)
        date = moment.strftime(_DATE[self.language])
        return _AT[self.language].format(date=date, time=moment.strftime("%H:%M:%S"))
