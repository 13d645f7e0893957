/** What every page says: menu, days, kinds, states, problems. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'nav.main': 'Main menu',
  'nav.skip': 'To the content',
  'nav.live': 'Live',
  'nav.timeline': 'Timeline',
  'nav.events': 'Events',
  'nav.cameras': 'Cameras',
  'nav.diary': 'Diary',
  'nav.settings': 'Settings',

  'action.back': 'Back',
  'action.cancel': 'Cancel',
  'action.close': 'Close',
  'action.next': 'Next',
  'action.retry': 'Try again',
  'action.save': 'Save',
  'action.undo': 'Undo',

  'week.add': 'Add',
  'week.from': 'From',
  'week.to': 'Until',
  'week.remove': 'Remove these hours',

  'number.decimal': '.',

  'duration.seconds': '{s} s',
  'duration.minutes': '{m} min',
  'duration.hours': '{h} h',
  'duration.hours_minutes': '{h} h {m} min',

  'day.today': 'Today',
  'day.yesterday': 'Yesterday',
  'day.yesterday_at': 'yesterday {time}',
  'day.previous': 'Previous day',
  'day.next': 'Next day',
  'day.choose': 'Choose a day',

  'label.person': 'Person',
  'label.vehicle': 'Vehicle',
  'label.animal': 'Animal',

  'missing.title': 'Nothing here',
  'missing.text': 'This page does not exist, or its camera was removed.',
  'missing.home': 'To the live pictures',

  'state.loading': 'Loading',
  'state.off': 'Switched off',
  'state.off.do': 'This camera is switched off in its settings.',
  'state.connecting': 'Connecting',
  'state.connecting.do': 'The picture will be here in a moment.',
  'state.online': 'Online',
  'state.unknown_host': 'Address not found',
  'state.unknown_host.do': 'Check the address of the camera for typing errors.',
  'state.unreachable': 'Not reachable',
  'state.unreachable.do': 'Check that the camera has power and is connected to your network.',
  'state.refused': 'Connection refused',
  'state.refused.do':
    'The device answers, but offers no video there. Check the address, and that RTSP is switched on in the camera.',
  'state.wrong_password': 'Wrong password',
  'state.wrong_password.do':
    'The camera does not accept this user and password. Enter them again in the settings.',
  'state.not_found': 'No picture at this address',
  'state.not_found.do':
    'The camera answers, but has no video at this address. Check the part after the last slash.',
  'state.no_video': 'No video',
  'state.no_video.do': 'The camera sends sound but no picture. Look at its video settings.',
  'state.unsupported_codec': 'Video format not supported',
  'state.unsupported_codec.do': 'Set the camera to H.264 or H.265.',
  'state.stalled': 'Picture stands still',
  'state.stalled.do':
    'The camera stopped sending. Consentry keeps trying; if this lasts, restart the camera.',
  'state.broken_stream': 'Broken picture',
  'state.broken_stream.do':
    'What the camera sends cannot be read. Restarting the camera often helps.',
  'state.disconnected': 'Disconnected',
  'state.disconnected.do': 'The camera closed the connection. Consentry keeps trying.',
  'state.storage': 'Not recording',
  'state.storage.do': 'The recording disk cannot take more. Look at the storage in the settings.',
  'state.crashed': 'Restarting',
  'state.crashed.do': 'Something failed and is being started again.',

  'problem.no_hub': 'No connection to your hub. Trying again …',
  'problem.more': { one: '{count} more', other: '{count} more' },
  'problem.fewer': 'Show less',
  'problem.look': 'Have a look',
  'problem.camera_down': '{camera} has been offline since {since}.',
  'problem.disk_full': 'The recording disk is full.',
  'problem.disk_failing': 'The recording disk cannot be written. Nothing is being recorded.',
  'problem.disk_missing': 'The recording disk is missing. Nothing is being recorded.',
  'problem.disk_decay':
    'The disk has changed something that was stored. It was replaced by its second copy, nothing is missing. If this comes again, replace the disk.',
  'problem.database':
    'The disk has damaged something that was stored: some recordings or events may be missing. Replace the disk.',
  'problem.watcher':
    'Nobody is looking for people, vehicles and animals right now. Recording goes on.',
  'problem.retention_short':
    'The disk is too small to keep the recordings of {camera} as long as you asked.',
  'problem.recorder_behind': 'The hub is too busy to record {camera} without gaps.',
  'problem.notifier': 'Alerts do not reach {channel}.',
  'problem.notifier_other': 'Alerts do not reach somebody in the house.',
  'problem.certificate': 'The certificate of the secure address (https) needs a look.',
  'problem.guessing': 'Somebody is guessing passwords.',
  'problem.clock_right': 'The time is right',
  'problem.clock': 'The clock of the hub jumped. Nothing is deleted until it is confirmed.',

  'toast.region': 'Messages',
  'toast.watch': 'Watch the clip',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'nav.main': 'Hauptmenü',
  'nav.skip': 'Zum Inhalt',
  'nav.live': 'Live',
  'nav.timeline': 'Zeitleiste',
  'nav.events': 'Ereignisse',
  'nav.cameras': 'Kameras',
  'nav.diary': 'Tagebuch',
  'nav.settings': 'Einstellungen',

  'action.back': 'Zurück',
  'action.cancel': 'Abbrechen',
  'action.close': 'Schließen',
  'action.next': 'Weiter',
  'action.retry': 'Noch einmal',
  'action.save': 'Speichern',
  'action.undo': 'Rückgängig',

  'week.add': 'Hinzufügen',
  'week.from': 'Von',
  'week.to': 'Bis',
  'week.remove': 'Diese Zeit entfernen',

  'number.decimal': ',',

  'duration.seconds': '{s} s',
  'duration.minutes': '{m} min',
  'duration.hours': '{h} Std.',
  'duration.hours_minutes': '{h} Std. {m} min',

  'day.today': 'Heute',
  'day.yesterday': 'Gestern',
  'day.yesterday_at': 'gestern {time}',
  'day.previous': 'Tag davor',
  'day.next': 'Tag danach',
  'day.choose': 'Tag wählen',

  'label.person': 'Person',
  'label.vehicle': 'Fahrzeug',
  'label.animal': 'Tier',

  'missing.title': 'Hier ist nichts',
  'missing.text': 'Diese Seite gibt es nicht, oder die Kamera wurde entfernt.',
  'missing.home': 'Zu den Live-Bildern',

  'state.loading': 'Lädt',
  'state.off': 'Ausgeschaltet',
  'state.off.do': 'Diese Kamera ist in ihren Einstellungen ausgeschaltet.',
  'state.connecting': 'Verbindet',
  'state.connecting.do': 'Das Bild ist gleich da.',
  'state.online': 'Online',
  'state.unknown_host': 'Adresse nicht gefunden',
  'state.unknown_host.do': 'Prüfe die Adresse der Kamera auf Tippfehler.',
  'state.unreachable': 'Nicht erreichbar',
  'state.unreachable.do': 'Prüfe, ob die Kamera Strom hat und mit deinem Netz verbunden ist.',
  'state.refused': 'Verbindung abgelehnt',
  'state.refused.do':
    'Das Gerät antwortet, bietet dort aber kein Video an. Prüfe die Adresse und ob RTSP in der Kamera eingeschaltet ist.',
  'state.wrong_password': 'Falsches Passwort',
  'state.wrong_password.do':
    'Die Kamera nimmt Benutzer und Passwort nicht an. Gib sie in den Einstellungen neu ein.',
  'state.not_found': 'Kein Bild unter dieser Adresse',
  'state.not_found.do':
    'Die Kamera antwortet, hat unter dieser Adresse aber kein Video. Prüfe den Teil nach dem letzten Schrägstrich.',
  'state.no_video': 'Kein Video',
  'state.no_video.do':
    'Die Kamera sendet Ton, aber kein Bild. Sieh in ihren Videoeinstellungen nach.',
  'state.unsupported_codec': 'Videoformat nicht unterstützt',
  'state.unsupported_codec.do': 'Stelle die Kamera auf H.264 oder H.265.',
  'state.stalled': 'Bild steht still',
  'state.stalled.do':
    'Die Kamera sendet nicht mehr. Consentry versucht es weiter; wenn es anhält, starte die Kamera neu.',
  'state.broken_stream': 'Gestörtes Bild',
  'state.broken_stream.do':
    'Was die Kamera sendet, ist nicht lesbar. Ein Neustart der Kamera hilft oft.',
  'state.disconnected': 'Getrennt',
  'state.disconnected.do': 'Die Kamera hat die Verbindung beendet. Consentry versucht es weiter.',
  'state.storage': 'Nimmt nicht auf',
  'state.storage.do':
    'Die Festplatte für Aufnahmen nimmt nichts mehr an. Sieh in den Einstellungen beim Speicher nach.',
  'state.crashed': 'Startet neu',
  'state.crashed.do': 'Etwas ist ausgefallen und wird neu gestartet.',

  'problem.no_hub': 'Keine Verbindung zur Zentrale. Neuer Versuch …',
  'problem.more': { one: '{count} weiteres', other: '{count} weitere' },
  'problem.fewer': 'Weniger zeigen',
  'problem.look': 'Ansehen',
  'problem.camera_down': '{camera} ist seit {since} offline.',
  'problem.disk_full': 'Die Festplatte für Aufnahmen ist voll.',
  'problem.disk_failing':
    'Die Festplatte für Aufnahmen lässt sich nicht beschreiben. Es wird nichts aufgenommen.',
  'problem.disk_missing': 'Die Festplatte für Aufnahmen fehlt. Es wird nichts aufgenommen.',
  'problem.disk_decay':
    'Die Festplatte hat etwas Gespeichertes verändert. Es wurde durch sein Zweitstück ersetzt, nichts fehlt. Kommt das wieder vor, tausche die Festplatte.',
  'problem.database':
    'Die Festplatte hat etwas Gespeichertes beschädigt: Aufnahmen oder Ereignisse können fehlen. Tausche die Festplatte.',
  'problem.watcher':
    'Gerade wird nicht nach Personen, Fahrzeugen und Tieren gesucht. Die Aufnahme läuft weiter.',
  'problem.retention_short':
    'Die Festplatte ist zu klein, um die Aufnahmen von {camera} so lange aufzuheben wie gewünscht.',
  'problem.recorder_behind': 'Die Zentrale ist zu beschäftigt, um {camera} lückenlos aufzunehmen.',
  'problem.notifier': 'Meldungen kommen bei {channel} nicht an.',
  'problem.notifier_other': 'Meldungen kommen bei jemandem im Haus nicht an.',
  'problem.certificate':
    'Das Zertifikat der sicheren Adresse (https) muss angesehen werden.',
  'problem.guessing': 'Jemand versucht, Passwörter zu erraten.',
  'problem.clock_right': 'Die Uhrzeit stimmt',
  'problem.clock':
    'Die Uhr der Zentrale ist gesprungen. Bis das bestätigt ist, wird nichts gelöscht.',

  'toast.region': 'Meldungen',
  'toast.watch': 'Clip ansehen',
};
