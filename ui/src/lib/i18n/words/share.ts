/** Sharing a clip by a link, and the page that its recipient sees. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'shared.title': 'A clip was shared with you',
  'shared.text':
    'It is opened on this device only: the key is in your link, and no server reads it. Whoever shared it is told that it was opened.',
  'shared.open': 'Open the clip',
  'shared.opening': 'Opening…',
  'shared.passphrase': 'Passphrase',
  'shared.passphrase_hint': 'Whoever shared the clip told it to you another way.',
  'shared.unlock': 'Show the clip',
  'shared.wrong_passphrase': 'That is not the passphrase. Look at capital letters and spaces.',
  'shared.save': 'Save to this device',
  'shared.gone': 'This link is not good any more. Ask whoever sent it for a new one.',
  'shared.broken': 'This link is not whole. Copy all of it, up to the last letter, and open it again.',
  'shared.insecure':
    'This browser opens shared clips only at an address that begins with https. Ask for a link that does.',
  'shared.damaged': 'The clip arrived damaged. Open the link again.',
  'shared.unplayable':
    'This browser cannot play the clip (H.265). Save it and open it in another player, or ask for a smaller one.',
  'shared.offline': 'The house cannot be reached right now. Try again later.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'shared.title': 'Ein Clip wurde mit dir geteilt',
  'shared.text':
    'Er wird nur auf diesem Gerät geöffnet: Der Schlüssel steckt in deinem Link, kein Server liest ihn. Wer ihn geteilt hat, erfährt, dass er geöffnet wurde.',
  'shared.open': 'Clip öffnen',
  'shared.opening': 'Wird geöffnet …',
  'shared.passphrase': 'Kennwort',
  'shared.passphrase_hint': 'Wer den Clip geteilt hat, hat es dir auf anderem Weg gesagt.',
  'shared.unlock': 'Clip zeigen',
  'shared.wrong_passphrase':
    'Das ist nicht das Kennwort. Achte auf Großbuchstaben und Leerzeichen.',
  'shared.save': 'Auf diesem Gerät speichern',
  'shared.gone': 'Dieser Link gilt nicht mehr. Bitte um einen neuen.',
  'shared.broken':
    'Dieser Link ist nicht vollständig. Kopiere ihn ganz, bis zum letzten Zeichen, und öffne ihn noch einmal.',
  'shared.insecure':
    'Geteilte Clips öffnet dieser Browser nur unter einer Adresse, die mit https beginnt. Bitte um so einen Link.',
  'shared.damaged': 'Der Clip kam beschädigt an. Öffne den Link noch einmal.',
  'shared.unplayable':
    'Dieser Browser kann den Clip nicht abspielen (H.265). Speichere ihn und öffne ihn anders, oder bitte um einen kleineren.',
  'shared.offline': 'Das Haus ist gerade nicht erreichbar. Versuche es später noch einmal.',
};
