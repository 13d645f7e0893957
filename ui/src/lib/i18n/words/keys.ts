/** What opens the recordings: unlocking, the 24 words, another key, and forgetting. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'keys.title': 'What opens the recordings',
  'keys.mode': 'After a restart of the hub',
  'keys.mode_passphrase': 'Recordings stay locked until somebody types a password',
  'keys.mode_passphrase_text': 'A stolen box shows nothing. Recording and alerts go on.',
  'keys.mode_key_file': 'Recordings can be watched right away',
  'keys.mode_key_file_text': 'More convenient. Does not help if the box is stolen.',
  'keys.lock': 'Lock now',
  'keys.copy': 'Copy',
  'keys.copied': 'Copied.',
  'keys.print': 'Print',

  'keys.words': 'The 24 words',
  'keys.words_made': 'Made {when}. The only way back when every password is lost.',
  'keys.words_missing':
    'You have none yet. When every password is lost, nothing else opens the recordings.',
  'keys.words_show': 'Show my words',
  'keys.words_new': 'New words',
  'keys.words_write':
    'Write these words on paper, in order, and keep it away from the hub. Whoever has them can open everything. They are shown only now.',
  'keys.words_written': 'I have written them down',
  'keys.words_check': 'Please type three of them from your paper. Only then do they count.',
  'keys.words_ask': 'Word {number}',
  'keys.words_again': 'Show them again',
  'keys.words_finish': 'They are right',
  'keys.words_in_force': 'Your words are in force.',
  'keys.words_paper': 'Consentry: the 24 words of this house',

  'keys.renew': 'New key',
  'keys.renew_label': 'Change the key of the recordings',
  'keys.renew_hint': 'For example after somebody saw your words. Recording goes on.',
  'keys.renew_title': 'Make a new key for the recordings?',
  'keys.renew_text':
    'Everybody’s password goes on working. Your paper with the 24 words does not: new ones are shown next.',
  'keys.renewed': 'Everything is changed to the new key; the old one is destroyed.',
  'keys.renewing': 'Recordings are being changed to the new key: {part}',

  'keys.forget': 'Forget the last hour',
  'keys.forget_hint': 'Deletes it from every camera, with its events.',
  'keys.forget_title': 'Forget the last hour?',
  'keys.forget_text':
    'Recordings and events of all cameras are deleted, clips you kept of that hour too. That you did it is in the diary.',
  'keys.forget_yes': 'Forget it',
  'keys.forgotten': 'The last hour is gone.',

  'first.steps': 'Steps of the beginning',
  'first.account': 'Your account',
  'first.words': '24 words',
  'first.camera': 'First camera',
  'first.title': 'Your way back in',
  'first.why':
    'Your password opens the recordings. If every password of this house is lost, nobody can open them any more, and we cannot help: only these 24 words on paper can.',
  'first.time': 'It takes three minutes. You need pen and paper, or a printer.',
  'first.later': 'Later',
  'first.later_title': 'Go on without the words?',
  'first.later_text':
    'Until you have them, a forgotten password means that all recordings are lost for good, and no backup can be made. Settings go on reminding you.',
  'first.later_yes': 'Make them later',

  'keys.lost': 'I lost my password',
  'keys.lost_text': 'With the 24 words on paper the owner gets a new password, and all recordings.',
  'keys.restore': 'Come back in',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'keys.title': 'Was die Aufnahmen öffnet',
  'keys.mode': 'Nach einem Neustart der Zentrale',
  'keys.mode_passphrase': 'Aufnahmen bleiben verschlossen, bis jemand ein Passwort eintippt',
  'keys.mode_passphrase_text':
    'Ein gestohlenes Gerät zeigt nichts. Aufnehmen und Melden gehen weiter.',
  'keys.mode_key_file': 'Aufnahmen sind sofort zu sehen',
  'keys.mode_key_file_text': 'Bequemer. Hilft nicht, wenn das Gerät gestohlen wird.',
  'keys.lock': 'Jetzt verschließen',
  'keys.copy': 'Kopieren',
  'keys.copied': 'Kopiert.',
  'keys.print': 'Drucken',

  'keys.words': 'Die 24 Wörter',
  'keys.words_made': 'Angelegt {when}. Der einzige Weg zurück, wenn alle Passwörter verloren sind.',
  'keys.words_missing':
    'Du hast noch keine. Wenn alle Passwörter verloren sind, öffnet sonst nichts die Aufnahmen.',
  'keys.words_show': 'Meine Wörter zeigen',
  'keys.words_new': 'Neue Wörter',
  'keys.words_write':
    'Schreib diese Wörter der Reihe nach auf Papier und bewahre es nicht bei der Zentrale auf. Wer sie hat, kann alles öffnen. Gezeigt werden sie nur jetzt.',
  'keys.words_written': 'Ich habe sie aufgeschrieben',
  'keys.words_check': 'Tippe bitte drei davon von deinem Papier ab. Erst dann gelten sie.',
  'keys.words_ask': 'Wort {number}',
  'keys.words_again': 'Noch einmal zeigen',
  'keys.words_finish': 'So stimmen sie',
  'keys.words_in_force': 'Deine Wörter gelten jetzt.',
  'keys.words_paper': 'Consentry: die 24 Wörter dieses Hauses',

  'keys.renew': 'Neuer Schlüssel',
  'keys.renew_label': 'Den Schlüssel der Aufnahmen wechseln',
  'keys.renew_hint': 'Zum Beispiel, wenn jemand deine Wörter gesehen hat. Es wird weiter aufgenommen.',
  'keys.renew_title': 'Einen neuen Schlüssel für die Aufnahmen machen?',
  'keys.renew_text':
    'Alle Passwörter gelten weiter. Dein Papier mit den 24 Wörtern nicht: Gleich siehst du neue.',
  'keys.renewed': 'Alles ist auf den neuen Schlüssel umgestellt, der alte ist vernichtet.',
  'keys.renewing': 'Die Aufnahmen werden auf den neuen Schlüssel umgestellt: {part}',

  'keys.forget': 'Letzte Stunde vergessen',
  'keys.forget_hint': 'Löscht sie bei allen Kameras, samt ihren Ereignissen.',
  'keys.forget_title': 'Die letzte Stunde vergessen?',
  'keys.forget_text':
    'Aufnahmen und Ereignisse aller Kameras werden gelöscht, auch behaltene Clips dieser Stunde. Dass du es warst, steht im Tagebuch.',
  'keys.forget_yes': 'Vergessen',
  'keys.forgotten': 'Die letzte Stunde ist weg.',

  'first.steps': 'Schritte am Anfang',
  'first.account': 'Dein Konto',
  'first.words': '24 Wörter',
  'first.camera': 'Erste Kamera',
  'first.title': 'Dein Weg zurück',
  'first.why':
    'Dein Passwort öffnet die Aufnahmen. Gehen alle Passwörter dieses Hauses verloren, kann sie niemand mehr öffnen, auch wir nicht: nur diese 24 Wörter auf Papier.',
  'first.time': 'Es dauert drei Minuten. Du brauchst Stift und Papier oder einen Drucker.',
  'first.later': 'Später',
  'first.later_title': 'Ohne die Wörter weiter?',
  'first.later_text':
    'Solange du keine hast, sind mit einem vergessenen Passwort alle Aufnahmen endgültig verloren, und es lässt sich nichts sichern. Die Einstellungen erinnern dich daran.',
  'first.later_yes': 'Später anlegen',

  'keys.lost': 'Passwort verloren',
  'keys.lost_text':
    'Mit den 24 Wörtern auf Papier bekommt der Eigentümer ein neues Passwort und alle Aufnahmen.',
  'keys.restore': 'Wieder hinein',
};
