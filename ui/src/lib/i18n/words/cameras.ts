/** The cameras and their settings. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'camera.gone': 'Removed camera',
  'camera.choose': 'Camera',
  'camera.saved': 'Saved.',
  'camera.general': 'General',
  'camera.enabled': 'Camera on',
  'camera.enabled_hint': 'Off: no picture, no recording, no connection.',
  'camera.audio': 'Sound',
  'camera.audio_hint': 'Off: sound is neither recorded nor played.',
  'camera.audio_unheard':
    'The camera sends {codec}, which cannot be recorded. Set its sound to AAC, G.711 or Opus.',
  'camera.snooze': 'Pause alerts',
  'camera.snooze_hint': 'Recording goes on.',
  'camera.snoozed_until': 'Paused until {time}.',
  'camera.remove': 'Remove camera',
  'camera.remove_hint': 'Deletes its recordings and events too.',
  'camera.remove_title': 'Remove {camera}?',
  'camera.remove_text':
    '{bytes} of recordings and all events of this camera are deleted with it. Clips you kept are deleted too.',
  'camera.remove_text_empty':
    'All recordings and events of this camera are deleted with it. Clips you kept are deleted too.',
  'camera.remove_final': 'This cannot be undone.',
  'camera.remove_yes': 'Remove and delete',
  'camera.removed': 'Camera removed.',

  'cameras.add': 'Add camera',

  'mode.all': 'Everything',
  'mode.all.text': 'Day and night, without gaps.',
  'mode.all.short': 'Everything is kept',
  'mode.motion': 'Motion',
  'mode.motion.text': 'Only where something moves is kept.',
  'mode.motion.short': 'Motion is kept',
  'mode.events': 'Events',
  'mode.events.text': 'Only people, vehicles and animals are kept.',
  'mode.events.short': 'Events are kept',
  'mode.off': 'Nothing',
  'mode.off.text': 'Live pictures only. Nothing is ever written.',
  'mode.off.short': 'Live only',

  'record.title': 'What is kept',
  'record.days': 'Keep for',
  'record.days_unit': 'days',
  'record.days_bad': 'Please enter a number of days.',
  'record.gigabytes': 'At most',
  'record.no_limit': 'no limit',
  'record.forecast': { one: '{count} day at this rate', other: '{count} days at this rate' },
  'record.forecast_hours': {
    one: '{count} hour at this rate',
    other: '{count} hours at this rate',
  },
  'record.forecast_unknown': 'Forecast after the first hour',
  'record.used': '{bytes} used',
  'record.rate': '{bytes} a day',

  'detect.title': 'What is looked for',
  'detect.on': 'Detect people, vehicles and animals',
  'detect.on_hint': 'Happens on your hub. No picture leaves your home.',
  'detect.threshold': 'How sure it must be',
  'detect.size': 'Smallest size',
  'detect.any_size': 'any',
  'detect.size_hint': 'Things smaller than these boxes raise no alert.',

  'connection.title': 'Connection',
  'connection.main': 'Address of the large picture',
  'connection.sub': 'Address of the small picture',
  'connection.sub_hint': 'Used for the overview and for detection.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'camera.gone': 'Entfernte Kamera',
  'camera.choose': 'Kamera',
  'camera.saved': 'Gespeichert.',
  'camera.general': 'Allgemein',
  'camera.enabled': 'Kamera an',
  'camera.enabled_hint': 'Aus: kein Bild, keine Aufnahme, keine Verbindung.',
  'camera.audio': 'Ton',
  'camera.audio_hint': 'Aus: Ton wird weder aufgenommen noch wiedergegeben.',
  'camera.audio_unheard':
    'Die Kamera sendet {codec}. Das kann nicht aufgenommen werden: Stelle ihren Ton auf AAC, G.711 oder Opus.',
  'camera.snooze': 'Meldungen pausieren',
  'camera.snooze_hint': 'Die Aufnahme läuft weiter.',
  'camera.snoozed_until': 'Pause bis {time}.',
  'camera.remove': 'Kamera entfernen',
  'camera.remove_hint': 'Löscht auch ihre Aufnahmen und Ereignisse.',
  'camera.remove_title': '{camera} entfernen?',
  'camera.remove_text':
    '{bytes} Aufnahmen und alle Ereignisse dieser Kamera werden mit gelöscht, auch behaltene Clips.',
  'camera.remove_text_empty':
    'Alle Aufnahmen und Ereignisse dieser Kamera werden mit gelöscht, auch behaltene Clips.',
  'camera.remove_final': 'Das lässt sich nicht rückgängig machen.',
  'camera.remove_yes': 'Entfernen und löschen',
  'camera.removed': 'Kamera entfernt.',

  'cameras.add': 'Kamera hinzufügen',

  'mode.all': 'Alles',
  'mode.all.text': 'Tag und Nacht, ohne Lücken.',
  'mode.all.short': 'Alles wird aufgehoben',
  'mode.motion': 'Bewegung',
  'mode.motion.text': 'Nur wo sich etwas bewegt, wird aufgehoben.',
  'mode.motion.short': 'Bewegung wird aufgehoben',
  'mode.events': 'Ereignisse',
  'mode.events.text': 'Nur Personen, Fahrzeuge und Tiere werden aufgehoben.',
  'mode.events.short': 'Ereignisse werden aufgehoben',
  'mode.off': 'Nichts',
  'mode.off.text': 'Nur Live-Bilder. Es wird nie etwas geschrieben.',
  'mode.off.short': 'Nur live',

  'record.title': 'Was aufgehoben wird',
  'record.days': 'Aufheben für',
  'record.days_unit': 'Tage',
  'record.days_bad': 'Bitte gib eine Anzahl Tage ein.',
  'record.gigabytes': 'Höchstens',
  'record.no_limit': 'keine Grenze',
  'record.forecast': {
    one: '{count} Tag bei diesem Verbrauch',
    other: '{count} Tage bei diesem Verbrauch',
  },
  'record.forecast_hours': {
    one: '{count} Stunde bei diesem Verbrauch',
    other: '{count} Stunden bei diesem Verbrauch',
  },
  'record.forecast_unknown': 'Vorhersage nach der ersten Stunde',
  'record.used': '{bytes} belegt',
  'record.rate': '{bytes} am Tag',

  'detect.title': 'Wonach gesucht wird',
  'detect.on': 'Personen, Fahrzeuge und Tiere erkennen',
  'detect.on_hint': 'Geschieht auf deiner Zentrale. Kein Bild verlässt dein Zuhause.',
  'detect.threshold': 'Nötige Gewissheit',
  'detect.size': 'Kleinste Größe',
  'detect.any_size': 'egal',
  'detect.size_hint': 'Was kleiner ist als diese Kästen, wird nicht gemeldet.',

  'connection.title': 'Verbindung',
  'connection.main': 'Adresse des großen Bildes',
  'connection.sub': 'Adresse des kleinen Bildes',
  'connection.sub_hint': 'Für die Übersicht und die Erkennung.',
};
