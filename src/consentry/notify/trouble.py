"""The words of what is wrong: a title and what it means, in each language.

They are our own and not the hub's sentence, which the page shows: that one may name a camera's
address in the network, a folder or a mail server, and what leaves the house names none.
"""

from consentry.model.settings import Language
from consentry.model.status import ProblemCode

TROUBLES: dict[Language, dict[ProblemCode, tuple[str, str]]] = {
    Language.ENGLISH: {
        ProblemCode.CAMERA_DOWN: (
            "camera not reachable",
            "No pictures have come from {camera} since {since}. Nothing of it is being recorded.",
        ),
        ProblemCode.DISK_FULL: (
            "disk full",
            "The recording disk is full. Nothing is being recorded until there is space.",
        ),
        ProblemCode.DISK_FAILING: (
            "disk failing",
            "The recording disk cannot be written. Nothing is being recorded.",
        ),
        ProblemCode.DISK_MISSING: (
            "disk missing",
            "The recording disk is missing. Nothing is being recorded.",
        ),
        ProblemCode.DISK_DECAY: (
            "the disk is wearing out",
            (
                "The disk has changed something that was stored. It was replaced by its second "
                "copy, nothing is missing. If this comes again, replace the disk."
            ),
        ),
        ProblemCode.DATABASE: (
            "something stored cannot be read",
            (
                "The disk has damaged something that was stored, and its second copy too: some "
                "recordings or events may be missing. Replace the disk."
            ),
        ),
        ProblemCode.RETENTION_SHORT: (
            "recordings kept shorter than promised",
            "The disk will not hold the recordings of {camera} for as long as you chose.",
        ),
        ProblemCode.RECORDER_BEHIND: (
            "recording falls behind",
            "The hub is too busy to record {camera} without gaps.",
        ),
        ProblemCode.CLOCK: (
            "clock jumped",
            (
                "The clock of the hub jumped. Nothing is deleted by its age until you confirm "
                "the time on the page."
            ),
        ),
        ProblemCode.WATCHER: (
            "detection interrupted",
            "Detection stops again and again: there may be no alerts. Recording goes on.",
        ),
        ProblemCode.NOTIFIER: (
            "a notification channel fails",
            "A channel does not take messages.",
        ),
        ProblemCode.GUESSING: (
            "somebody guesses passwords",
            (
                "Many wrong passwords have been typed since {since}. If that was nobody of "
                "you, look on the page from where."
            ),
        ),
        ProblemCode.DIARY: (
            "the diary of looks was changed",
            "The diary of looks no longer fits what was written into it. The page says more.",
        ),
        ProblemCode.CERTIFICATE: (
            "HTTPS certificate needs attention",
            "The certificate of the secure address (https) needs a look. The page says more.",
        ),
    },
    Language.GERMAN: {
        ProblemCode.CAMERA_DOWN: (
            "Kamera nicht erreichbar",
            "Seit dem {since} kommen keine Bilder von {camera}. Es wird nichts davon aufgenommen.",
        ),
        ProblemCode.DISK_FULL: (
            "Festplatte voll",
            "Die Festplatte für Aufnahmen ist voll. Es wird nichts aufgenommen, bis Platz ist.",
        ),
        ProblemCode.DISK_FAILING: (
            "Festplatte gestört",
            (
                "Auf die Festplatte für Aufnahmen kann nicht geschrieben werden. Es wird "
                "nichts aufgenommen."
            ),
        ),
        ProblemCode.DISK_MISSING: (
            "Festplatte fehlt",
            "Die Festplatte für Aufnahmen fehlt. Es wird nichts aufgenommen.",
        ),
        ProblemCode.DISK_DECAY: (
            "die Festplatte lässt nach",
            (
                "Die Festplatte hat etwas Gespeichertes verändert. Es wurde durch sein Zweitstück "
                "ersetzt, nichts fehlt. Kommt das wieder vor, tausche die Festplatte."
            ),
        ),
        ProblemCode.DATABASE: (
            "etwas Gespeichertes ist unlesbar",
            (
                "Die Festplatte hat etwas Gespeichertes beschädigt, und sein Zweitstück auch: "
                "Aufnahmen oder Ereignisse können fehlen. Tausche die Festplatte."
            ),
        ),
        ProblemCode.RETENTION_SHORT: (
            "Aufnahmen bleiben kürzer als versprochen",
            (
                "Die Aufnahmen von {camera} passen nicht so lange auf die Festplatte, wie du "
                "gewählt hast."
            ),
        ),
        ProblemCode.RECORDER_BEHIND: (
            "Aufnahme kommt nicht nach",
            "Die Zentrale ist zu beschäftigt, um {camera} lückenlos aufzunehmen.",
        ),
        ProblemCode.CLOCK: (
            "Uhr ist gesprungen",
            (
                "Die Uhr der Zentrale ist gesprungen. Nichts wird seines Alters wegen "
                "gelöscht, bis du die Uhrzeit auf der Seite bestätigst."
            ),
        ),
        ProblemCode.WATCHER: (
            "Erkennung unterbrochen",
            "Die Erkennung bricht immer wieder ab: Meldungen können fehlen. Die Aufnahme läuft.",
        ),
        ProblemCode.NOTIFIER: (
            "ein Benachrichtigungsweg ist gestört",
            "Ein Benachrichtigungsweg nimmt keine Nachrichten an.",
        ),
        ProblemCode.GUESSING: (
            "jemand rät Passwörter",
            (
                "Seit dem {since} wurden viele falsche Passwörter eingegeben. War das niemand "
                "von euch, sieh auf der Seite nach, von wo."
            ),
        ),
        ProblemCode.DIARY: (
            "das Tagebuch der Blicke wurde verändert",
            (
                "Das Tagebuch der Blicke passt nicht mehr zu dem, was hineingeschrieben "
                "wurde. Mehr dazu auf der Seite."
            ),
        ),
        ProblemCode.CERTIFICATE: (
            "HTTPS-Zertifikat braucht Aufmerksamkeit",
            (
                "Das Zertifikat der sicheren Adresse (https) braucht einen Blick. Mehr dazu auf "
                "der Seite."
            ),
        ),
    },
}
