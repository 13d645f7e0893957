/** Who looked, and whether that was rewritten. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'diary.rewritten': 'The diary of looks was rewritten.',
  'diary.rewritten.shorter':
    'It is shorter than on {when}, when this browser last saw it: entries were taken away, or an older state was put back.',
  'diary.rewritten.changed':
    'What was in it on {when}, when this browser last saw it, was changed.',
  'diary.rewritten.other_log':
    'It was begun anew: what this browser saw until {when} is no longer in it.',
  'diary.rewritten.unsigned': 'Its signature is missing or wrong.',
  'diary.rewritten.not_in_it': 'Entry {index} is not what was written.',
  'diary.rewritten.missing': 'Entry {index} is missing.',
  'diary.rewritten.ask':
    'Ask whoever looks after this hub. After a restored backup, or a hub set up again, there is a good reason.',
  'diary.accept': 'I know why',
  'diary.accept_title': 'Go on from the diary as it is now?',
  'diary.accept_text':
    'This browser then forgets what it kept, and warns again only if something changes from now on.',
  'diary.accept_yes': 'Go on from here',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'diary.rewritten': 'Das Tagebuch der Blicke wurde umgeschrieben.',
  'diary.rewritten.shorter':
    'Es ist kürzer als am {when}, als dieser Browser es zuletzt sah: Einträge wurden entfernt, oder ein älterer Stand wurde zurückgespielt.',
  'diary.rewritten.changed':
    'Was am {when} darin stand, als dieser Browser es zuletzt sah, wurde geändert.',
  'diary.rewritten.other_log':
    'Es wurde neu begonnen: Was dieser Browser bis {when} sah, steht nicht mehr darin.',
  'diary.rewritten.unsigned': 'Seine Unterschrift fehlt oder ist falsch.',
  'diary.rewritten.not_in_it': 'Eintrag {index} ist nicht, was geschrieben wurde.',
  'diary.rewritten.missing': 'Eintrag {index} fehlt.',
  'diary.rewritten.ask':
    'Frag, wer sich um diese Zentrale kümmert. Nach einer eingespielten Sicherung oder einer neu eingerichteten Zentrale gibt es einen guten Grund.',
  'diary.accept': 'Ich weiß, warum',
  'diary.accept_title': 'Mit dem Tagebuch weitermachen, wie es jetzt ist?',
  'diary.accept_text':
    'Dieser Browser vergisst dann, was er behalten hat, und warnt erst wieder, wenn sich von jetzt an etwas ändert.',
  'diary.accept_yes': 'Von hier an weiter',
};
