/** The live pictures. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'live.picture': 'Live picture of {camera}',
  'live.open': 'Open {camera}',
  'live.all': 'All cameras',
  'live.none': 'No cameras yet',
  'live.none_now': 'Nothing to see right now',
  'live.none_now_text': 'Whoever owns this house decides which cameras you see, and at what hours.',
  'live.none_text': 'Add your first camera. Consentry finds most of them by itself.',
  'live.now': 'Live',
  'live.recording': 'Recording',
  'live.motion': 'Motion',
  'live.snoozed': 'Alerts paused',
  'live.back30': 'Go back 30 s',
  'live.sound_on': 'Sound on',
  'live.sound_off': 'Sound off',
  'live.no_sound': 'No sound',
  'live.snapshot': 'Save picture',
  'live.saved': 'Picture saved.',
  'live.snooze': 'Pause alerts for 1 h',
  'live.unsnooze': 'Alerts on again',
  'live.full': 'Full screen',
  'live.to_settings': 'Camera settings',
  'live.unplayable': 'This browser cannot play it',
  'live.unplayable_text':
    'The camera sends H.265 only. Switch on its second stream with H.264, or use another browser.',
  'live.no_h264_text':
    'It does not show H.264, which nearly every camera sends. Update it (an iPhone needs iOS 17.1), or use another. Firefox on Linux shows it once FFmpeg is installed.',
  'live.fell_codec': 'This browser cannot play the large picture (H.265). You see the smaller one.',
  'live.fell_slow': 'The connection is slow. You see the smaller picture.',
  'live.slow': 'The connection is slow: pictures are skipped.',
  'live.recent': 'Latest events',
  'live.all_events': 'All events',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'live.picture': 'Live-Bild von {camera}',
  'live.open': '{camera} öffnen',
  'live.all': 'Alle Kameras',
  'live.none': 'Noch keine Kameras',
  'live.none_now': 'Gerade nichts zu sehen',
  'live.none_now_text':
    'Wem das Haus gehört, entscheidet, welche Kameras du siehst und zu welchen Zeiten.',
  'live.none_text': 'Füge deine erste Kamera hinzu. Die meisten findet Consentry von selbst.',
  'live.now': 'Live',
  'live.recording': 'Aufnahme läuft',
  'live.motion': 'Bewegung',
  'live.snoozed': 'Meldungen pausiert',
  'live.back30': '30 s zurück',
  'live.sound_on': 'Ton an',
  'live.sound_off': 'Ton aus',
  'live.no_sound': 'Kein Ton',
  'live.snapshot': 'Bild speichern',
  'live.saved': 'Bild gespeichert.',
  'live.snooze': '1 Std. keine Meldungen',
  'live.unsnooze': 'Wieder melden',
  'live.full': 'Vollbild',
  'live.to_settings': 'Kamera-Einstellungen',
  'live.unplayable': 'Dieser Browser kann das nicht abspielen',
  'live.unplayable_text':
    'Die Kamera sendet nur H.265. Schalte ihren zweiten Stream mit H.264 ein oder nimm einen anderen Browser.',
  'live.no_h264_text':
    'Er zeigt kein H.264, und das sendet fast jede Kamera. Aktualisiere ihn (ein iPhone braucht iOS 17.1) oder nimm einen anderen. Firefox unter Linux zeigt es, sobald FFmpeg installiert ist.',
  'live.fell_codec':
    'Dieser Browser kann das große Bild (H.265) nicht abspielen. Du siehst das kleinere.',
  'live.fell_slow': 'Die Verbindung ist langsam. Du siehst das kleinere Bild.',
  'live.slow': 'Die Verbindung ist langsam: Bilder werden ausgelassen.',
  'live.recent': 'Letzte Ereignisse',
  'live.all_events': 'Alle Ereignisse',
};
