/** The steps that add a camera. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'add.steps': 'Steps',
  'add.step_find': 'Find',
  'add.step_sign': 'Connect',
  'add.step_done': 'Done',
  'add.scan_title': 'Look in your network',
  'add.scan_text': 'Most cameras answer within three seconds.',
  'add.scan': 'Search',
  'add.scan_again': 'Search again',
  'add.scanning': 'Searching …',
  'add.found': 'Found cameras',
  'add.found_none':
    'No camera answered. Some have this switched off (“ONVIF” in their settings): type the address below.',
  'add.unnamed': 'Camera',
  'add.type_title': 'Or type the address',
  'add.address': 'Address',
  'add.address_hint': 'For example 192.168.1.20, or the full rtsp:// address from the manual.',
  'add.sign_title': 'Sign in to the camera',
  'add.sign_text': 'The user and password of the camera itself, as in its own app.',
  'add.user': 'User',
  'add.password': 'Password',
  'add.test': 'Connect',
  'add.testing': 'Connecting …',
  'add.works': 'It works',
  'add.main': 'Large picture',
  'add.sub': 'Small picture',
  'add.no_sub': 'none: the large one is used for everything',
  'add.audio': 'Sound',
  'add.has_audio': 'yes',
  'add.no_audio': 'no',
  'add.fps': '{fps} pictures a second',
  'add.name': 'Name',
  'add.name_hint': 'Where does it hang? “Front door”, “Garden” …',
  'add.name_default': 'Camera {count}',
  'add.save': 'Add camera',
  'add.done': '{camera} is ready',
  'add.done_text': 'It is being recorded from now on, day and night.',
  'add.draw_zones': 'Draw areas',
  'add.another': 'Add another',

  'advice.rare_key_frames':
    'The camera sends a whole picture only every {seconds} s. Set its key frame (I-frame) interval to 1 or 2 s, and switch off any “smart” codec.',
  'advice.few_key_frames':
    'The camera sent fewer than two whole pictures in {seconds} s. Set its key frame (I-frame) interval to 1 or 2 s, and switch off any “smart” codec.',
  'advice.clock_ahead':
    'The clock of the camera is {duration} ahead. Recordings have the right time, but the one drawn into the picture is wrong: let the camera set its clock itself (NTP).',
  'advice.clock_behind':
    'The clock of the camera is {duration} behind. Recordings have the right time, but the one drawn into the picture is wrong: let the camera set its clock itself (NTP).',
  'advice.silent': 'The camera announces sound, but none came.',
  'advice.unknown_sound':
    'The sound of the camera is in a format that cannot be recorded. Set it to AAC, G.711 or Opus.',
  'advice.no_sub':
    'No second, smaller picture was found. Switch on the sub stream of the camera: looking for motion in the large one costs about ten times as much.',
  'advice.h265_only': 'Not every browser plays H.265. Set the second stream of the camera to H.264.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'add.steps': 'Schritte',
  'add.step_find': 'Finden',
  'add.step_sign': 'Verbinden',
  'add.step_done': 'Fertig',
  'add.scan_title': 'Im Netz suchen',
  'add.scan_text': 'Die meisten Kameras antworten in drei Sekunden.',
  'add.scan': 'Suchen',
  'add.scan_again': 'Noch einmal suchen',
  'add.scanning': 'Sucht …',
  'add.found': 'Gefundene Kameras',
  'add.found_none':
    'Keine Kamera hat geantwortet. Manche haben das ausgeschaltet („ONVIF“ in ihren Einstellungen): Gib unten die Adresse ein.',
  'add.unnamed': 'Kamera',
  'add.type_title': 'Oder die Adresse eingeben',
  'add.address': 'Adresse',
  'add.address_hint': 'Zum Beispiel 192.168.1.20 oder die ganze rtsp://-Adresse aus der Anleitung.',
  'add.sign_title': 'Bei der Kamera anmelden',
  'add.sign_text': 'Benutzer und Passwort der Kamera selbst, wie in ihrer eigenen App.',
  'add.user': 'Benutzer',
  'add.password': 'Passwort',
  'add.test': 'Verbinden',
  'add.testing': 'Verbindet …',
  'add.works': 'Es funktioniert',
  'add.main': 'Großes Bild',
  'add.sub': 'Kleines Bild',
  'add.no_sub': 'keines: das große dient für alles',
  'add.audio': 'Ton',
  'add.has_audio': 'ja',
  'add.no_audio': 'nein',
  'add.fps': '{fps} Bilder pro Sekunde',
  'add.name': 'Name',
  'add.name_hint': 'Wo hängt sie? „Haustür“, „Garten“ …',
  'add.name_default': 'Kamera {count}',
  'add.save': 'Kamera hinzufügen',
  'add.done': '{camera} ist bereit',
  'add.done_text': 'Ab jetzt wird aufgenommen, Tag und Nacht.',
  'add.draw_zones': 'Bereiche zeichnen',
  'add.another': 'Noch eine',

  'advice.rare_key_frames':
    'Die Kamera schickt nur alle {seconds} s ein ganzes Bild. Stelle ihren Abstand der Schlüsselbilder (I-Frames) auf 1 oder 2 s und schalte „Smart“-Codecs aus.',
  'advice.few_key_frames':
    'Die Kamera schickte in {seconds} s weniger als zwei ganze Bilder. Stelle ihren Abstand der Schlüsselbilder (I-Frames) auf 1 oder 2 s und schalte „Smart“-Codecs aus.',
  'advice.clock_ahead':
    'Die Uhr der Kamera geht {duration} vor. Die Aufnahmen haben die richtige Zeit, aber die ins Bild gezeichnete stimmt nicht: Lass die Kamera ihre Uhr selbst stellen (NTP).',
  'advice.clock_behind':
    'Die Uhr der Kamera geht {duration} nach. Die Aufnahmen haben die richtige Zeit, aber die ins Bild gezeichnete stimmt nicht: Lass die Kamera ihre Uhr selbst stellen (NTP).',
  'advice.silent': 'Die Kamera kündigt Ton an, aber es kam keiner.',
  'advice.unknown_sound':
    'Der Ton der Kamera kommt in einem Format, das nicht aufgenommen werden kann. Stelle ihn auf AAC, G.711 oder Opus.',
  'advice.no_sub':
    'Es fand sich kein zweites, kleineres Bild. Schalte den zweiten Stream der Kamera ein: Bewegung im großen zu suchen kostet etwa zehnmal so viel.',
  'advice.h265_only':
    'Nicht jeder Browser spielt H.265. Stelle den zweiten Stream der Kamera auf H.264.',
};
