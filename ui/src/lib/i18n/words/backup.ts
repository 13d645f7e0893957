/** The page of backups: making one, what it holds, and how a house comes back from it. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'backup.title': 'Backup',
  'backup.text': 'For the day the hub breaks, burns or is stolen.',
  'backup.make_title': 'Make a backup',
  'backup.none': 'You have made none yet.',
  'backup.last': 'The last one was made {when}.',
  'backup.older':
    'The last one ({when}) is older than your 24 words of today: only the old paper opens it. Make a new one.',
  'backup.make': 'Make and download',
  'backup.making': 'Being made: {size} so far. Leave this page open.',
  'backup.done': 'The backup is made. Put it where the hub is not.',
  'backup.broken': 'The connection broke off before the backup was whole. Nothing was saved; please try again.',
  'backup.words_first':
    'A backup is one file that only your 24 words open. You have none yet: make them first.',
  'backup.keep':
    'Keep it away from the hub: on a stick, or another computer. Whoever finds it sees nothing without your 24 words; whoever has both sees all that is in it.',

  'backup.in_title': 'What is in it',
  'backup.in_settings': 'The settings, and every camera with its areas, hours and password',
  'backup.in_people': 'The people, what they may see, and the passwords they sign in with (sealed)',
  'backup.in_clips': {
    one: 'The clip you kept',
    other: 'The {count} clips you kept',
  },
  'backup.in_no_clips': 'Clips you kept: none at the moment',
  'backup.out_title': 'What is not in it',
  'backup.out_recordings':
    'All other recordings and events. What is deleted stays deleted, whatever backups there are.',
  'backup.out_signin': 'Passkeys, recovery codes, programs’ tokens and shared links: make them again',
  'backup.out_diary': 'The diary of looks',
  'backup.old':
    'A backup holds the kept clips of its day, also those you delete later. Throw old backups away; we cannot reach them.',

  'backup.restore_title': 'How to restore it',
  'backup.restore_1': 'Install Consentry on the new machine, and copy the file there.',
  'backup.restore_2': 'In its terminal, before the first start:',
  'backup.restore_3': 'Type your 24 words from the paper when it asks for them, then start the hub.',
  'backup.restore_4':
    'Everybody signs in with the password they had. Cameras go on recording, kept clips play, nothing else is there.',
  'backup.restore_try':
    'Try it once while the old hub still runs: only then do you know that paper and file belong together.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'backup.title': 'Sicherung',
  'backup.text': 'Für den Tag, an dem die Zentrale kaputtgeht, verbrennt oder gestohlen wird.',
  'backup.make_title': 'Sicherung anlegen',
  'backup.none': 'Du hast noch keine angelegt.',
  'backup.last': 'Zuletzt angelegt: {when}.',
  'backup.older':
    'Die letzte ({when}) ist älter als deine heutigen 24 Wörter: Nur das alte Papier öffnet sie. Leg eine neue an.',
  'backup.make': 'Anlegen und herunterladen',
  'backup.making': 'Wird angelegt: bis jetzt {size}. Lass diese Seite offen.',
  'backup.done': 'Die Sicherung ist fertig. Bewahre sie nicht bei der Zentrale auf.',
  'backup.broken':
    'Die Verbindung brach ab, bevor die Sicherung vollständig war. Es wurde nichts gespeichert; bitte noch einmal.',
  'backup.words_first':
    'Eine Sicherung ist eine Datei, die nur deine 24 Wörter öffnen. Du hast noch keine: Leg sie zuerst an.',
  'backup.keep':
    'Bewahre sie nicht bei der Zentrale auf: auf einem Stick oder einem anderen Rechner. Wer sie findet, sieht ohne deine 24 Wörter nichts; wer beides hat, sieht alles, was darin ist.',

  'backup.in_title': 'Was darin ist',
  'backup.in_settings': 'Die Einstellungen und jede Kamera mit Bereichen, Zeiten und Passwort',
  'backup.in_people': 'Die Personen, was sie sehen dürfen, und ihre Passwörter (versiegelt)',
  'backup.in_clips': {
    one: 'Der Clip, den du behalten hast',
    other: 'Die {count} Clips, die du behalten hast',
  },
  'backup.in_no_clips': 'Behaltene Clips: zurzeit keine',
  'backup.out_title': 'Was nicht darin ist',
  'backup.out_recordings':
    'Alle anderen Aufnahmen und Ereignisse. Gelöscht bleibt gelöscht, welche Sicherungen es auch gibt.',
  'backup.out_signin':
    'Passkeys, Ersatzcodes, Tokens für Programme und geteilte Links: Leg sie neu an',
  'backup.out_diary': 'Das Tagebuch',
  'backup.old':
    'Eine Sicherung enthält die behaltenen Clips ihres Tages, auch solche, die du später löschst. Wirf alte Sicherungen weg; wir kommen nicht an sie heran.',

  'backup.restore_title': 'Wie du sie zurückholst',
  'backup.restore_1': 'Installiere Consentry auf dem neuen Rechner und kopiere die Datei dorthin.',
  'backup.restore_2': 'In seinem Terminal, vor dem ersten Start:',
  'backup.restore_3':
    'Tippe deine 24 Wörter vom Papier, wenn er danach fragt, und starte dann die Zentrale.',
  'backup.restore_4':
    'Alle melden sich mit dem Passwort an, das sie hatten. Die Kameras nehmen weiter auf, behaltene Clips laufen, sonst ist nichts da.',
  'backup.restore_try':
    'Probier es einmal, solange die alte Zentrale noch läuft: Nur so weißt du, dass Papier und Datei zusammengehören.',
};
