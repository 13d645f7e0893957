/** What the room may know and decide: who watches it, and switching its camera off. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'watch.you': 'You',
  'watch.me': 'You are watching',
  'watch.me_cameras': 'You are watching: {cameras}',
  'watch.us': '{names} are watching',
  'watch.us_cameras': '{names} are watching: {cameras}',
  'watch.now': { one: '{names} is watching', other: '{names} are watching' },
  'watch.cameras': {
    one: '{names} is watching: {cameras}',
    other: '{names} are watching: {cameras}',
  },

  'off.pause': 'Paused',
  'off.pause_until': 'Paused until {time}',
  'off.schedule': 'Switched off at these hours',
  'off.schedule_until': 'Switched off until {time}',
  'off.means': 'No connection to the camera: no picture, no recording.',
  'off.for_a_while': 'Off for a while',
  'off.action': 'Switch off',
  'off.on': 'Switch on',
  'off.on_schedule': 'Change the hours',
  'off.title': 'Switch {camera} off',
  'off.text':
    'The connection to the camera is closed: no picture, no recording, no alerts. Who did it is written down for everybody who lives here.',
  'off.minutes_15': '15 minutes',
  'off.minutes_60': '1 hour',
  'off.minutes_240': '4 hours',
  'off.morning': 'Until tomorrow morning, 7:00',
  'off.always': 'Until I switch it on again',
  'off.week': 'Off at these hours',
  'off.week_hint': 'Every week, for example while you are home. No picture, no recording.',

  'place.title': 'Where it is',
  'place.indoor': 'Indoors',
  'place.outdoor': 'Outdoors',
  'place.indoor_hint':
    'Whoever lives here sees when somebody watches it live. Every adult may pause it.',
  'place.outdoor_hint': 'Watching it live is written down, but not announced in the house.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'watch.you': 'Du',
  'watch.me': 'Du siehst zu',
  'watch.me_cameras': 'Du siehst zu: {cameras}',
  'watch.us': '{names} seht zu',
  'watch.us_cameras': '{names} seht zu: {cameras}',
  'watch.now': { one: '{names} sieht zu', other: '{names} sehen zu' },
  'watch.cameras': { one: '{names} sieht zu: {cameras}', other: '{names} sehen zu: {cameras}' },

  'off.pause': 'Pausiert',
  'off.pause_until': 'Pausiert bis {time}',
  'off.schedule': 'Zu diesen Zeiten ausgeschaltet',
  'off.schedule_until': 'Ausgeschaltet bis {time}',
  'off.means': 'Keine Verbindung zur Kamera: kein Bild, keine Aufnahme.',
  'off.for_a_while': 'Für eine Weile aus',
  'off.action': 'Ausschalten',
  'off.on': 'Einschalten',
  'off.on_schedule': 'Zeiten ändern',
  'off.title': '{camera} ausschalten',
  'off.text':
    'Die Verbindung zur Kamera wird getrennt: kein Bild, keine Aufnahme, keine Meldung. Wer das war, steht für alle, die hier wohnen, im Tagebuch.',
  'off.minutes_15': '15 Minuten',
  'off.minutes_60': '1 Stunde',
  'off.minutes_240': '4 Stunden',
  'off.morning': 'Bis morgen früh um 7',
  'off.always': 'Bis ich sie wieder einschalte',
  'off.week': 'Zu diesen Zeiten aus',
  'off.week_hint': 'Jede Woche, zum Beispiel wenn ihr zu Hause seid. Kein Bild, keine Aufnahme.',

  'place.title': 'Wo sie steht',
  'place.indoor': 'Drinnen',
  'place.outdoor': 'Draußen',
  'place.indoor_hint':
    'Wer hier wohnt, sieht, wenn jemand live zuschaut. Jeder Erwachsene darf sie pausieren.',
  'place.outdoor_hint': 'Live-Zuschauen wird aufgeschrieben, aber im Haus nicht angezeigt.',
};
