/** Sharing a clip by a link, and the page that its recipient sees. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'share.action': 'Share',
  'share.open': 'Shared',
  'share.title': 'Share this clip',
  'share.preparing': 'The clip is being cut',
  'share.preview': 'This is all they get: {duration}, {size}. It begins where a whole picture begins.',
  'share.sound': 'With sound',
  'share.life': 'Good for',
  'share.days': { one: '{count} day', other: '{count} days' },
  'share.opens': 'Can be opened',
  'share.opens_any': 'as often as they like',
  'share.times': { one: 'once', other: '{count} times' },
  'share.passphrase': 'Passphrase (if you like)',
  'share.passphrase_hint': 'Tell it to them another way than the link.',
  'share.make_link': 'Make the link',
  'share.link': 'Link',
  'share.ready': 'Whoever has this link can open the clip. You can take it back at any time.',
  'share.ready_guarded':
    'Whoever has this link and the passphrase can open the clip. You can take it back at any time.',
  'share.loopback':
    'You opened this page by an address that works on this machine only, and so does the link. Open the page by the hub’s name in your network, and make the link there.',
  'share.copy': 'Copy link',
  'share.copied': 'Link copied',
  'share.copy_by_hand': 'Select the link and copy it: this browser does not let pages copy.',
  'share.hand': 'Send with …',
  'share.mail': 'Or by e-mail to',
  'share.mail_send': 'Send',
  'share.mailed': 'Sent to {to}',
  'share.all': 'Shared clips',
  'share.all_text': 'Who has the link can open them until you take it back.',
  'share.none': 'Nothing shared',
  'share.none_text': 'Open an event or a kept clip and choose “Share”.',
  'share.never_opened': 'Not opened yet',
  'share.opened': {
    one: 'Opened once, {when}',
    other: 'Opened {count} times, the last time {when}',
  },
  'share.until': 'Good until {when}',
  'share.left': { one: '{count} opening left', other: '{count} openings left' },
  'share.over': 'Over since {when}',
  'share.end': 'Take back',
  'share.end_title': 'Take this share back?',
  'share.end_text':
    'Its link opens nothing any more. Whoever saved the clip already still has it.',
  'share.ended': 'Taken back',
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
    'This browser cannot play the clip. Save it and open it in another player, or ask for a smaller one.',
  'shared.offline': 'The house cannot be reached right now. Try again later.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'share.action': 'Teilen',
  'share.open': 'Geteilt',
  'share.title': 'Diesen Clip teilen',
  'share.preparing': 'Der Clip wird geschnitten',
  'share.preview':
    'Das ist alles, was ankommt: {duration}, {size}. Es beginnt, wo ein ganzes Bild beginnt.',
  'share.sound': 'Mit Ton',
  'share.life': 'Gilt',
  'share.days': { one: '{count} Tag', other: '{count} Tage' },
  'share.opens': 'Lässt sich öffnen',
  'share.opens_any': 'beliebig oft',
  'share.times': { one: 'einmal', other: '{count}-mal' },
  'share.passphrase': 'Kennwort (wenn gewünscht)',
  'share.passphrase_hint': 'Sag es auf anderem Weg als dem Link.',
  'share.make_link': 'Link erstellen',
  'share.link': 'Link',
  'share.ready':
    'Wer diesen Link hat, kann den Clip öffnen. Du kannst ihn jederzeit zurücknehmen.',
  'share.ready_guarded':
    'Wer diesen Link und das Kennwort hat, kann den Clip öffnen. Du kannst ihn jederzeit zurücknehmen.',
  'share.loopback':
    'Du hast diese Seite unter einer Adresse geöffnet, die nur auf diesem Gerät gilt, und so auch der Link. Öffne die Seite unter dem Namen der Zentrale im Netz und mach den Link dort.',
  'share.copy': 'Link kopieren',
  'share.copied': 'Link kopiert',
  'share.copy_by_hand':
    'Markiere den Link und kopiere ihn: Dieser Browser lässt Seiten nicht kopieren.',
  'share.hand': 'Senden mit …',
  'share.mail': 'Oder per E-Mail an',
  'share.mail_send': 'Senden',
  'share.mailed': 'Gesendet an {to}',
  'share.all': 'Geteilte Clips',
  'share.all_text': 'Wer den Link hat, kann sie öffnen, bis du ihn zurücknimmst.',
  'share.none': 'Nichts geteilt',
  'share.none_text': 'Öffne ein Ereignis oder einen behaltenen Clip und wähle „Teilen“.',
  'share.never_opened': 'Noch nicht geöffnet',
  'share.opened': {
    one: 'Einmal geöffnet, {when}',
    other: '{count}-mal geöffnet, zuletzt {when}',
  },
  'share.until': 'Gilt bis {when}',
  'share.left': { one: 'noch {count}-mal', other: 'noch {count}-mal' },
  'share.over': 'Vorbei seit {when}',
  'share.end': 'Zurücknehmen',
  'share.end_title': 'Diesen Link zurücknehmen?',
  'share.end_text':
    'Der Link öffnet dann nichts mehr. Wer den Clip schon gespeichert hat, behält ihn.',
  'share.ended': 'Zurückgenommen',
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
    'Dieser Browser kann den Clip nicht abspielen. Speichere ihn und öffne ihn anders, oder bitte um einen kleineren.',
  'shared.offline': 'Das Haus ist gerade nicht erreichbar. Versuche es später noch einmal.',
};
