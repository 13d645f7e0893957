/** How one signs in: browsers, codes, passkeys, and tokens for programs. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'signin.title': 'Your sign-in',
  'signin.text': 'Where you are signed in, and how you prove that it is you.',
  'signin.code': 'Code of your app, or a recovery code',
  'signin.code_hint':
    'No app at hand? Type one of your recovery codes. None left? Ask the owner to remove and invite you again; an owner comes back in by the 24 words (“I lost my password”).',
  'signin.passkey_use': 'Use a passkey',
  'signin.password_again': 'Your password, once more',

  'signin.browsers': 'Where you are signed in',
  'signin.here': 'this browser',
  'signin.used': 'Last used {when}',
  'signin.unknown_device': 'A browser',
  'signin.out': 'Sign out',
  'signin.out_others': 'Sign out everywhere else',

  'signin.codes': 'Codes from an app',
  'signin.codes_off':
    'Beside the password, a code that changes every half minute. Somebody who knows your password then still cannot sign in.',
  'signin.codes_on': 'Asked for at each sign-in. Recovery codes left: {count}.',
  'signin.codes_start': 'Use codes',
  'signin.codes_stop': 'Stop using codes',
  'signin.codes_new': 'New recovery codes',
  'signin.codes_scan': 'Scan this with your authenticator app, then type the code it shows.',
  'signin.codes_secret': 'Or type this into the app:',
  'signin.codes_typed': 'Code shown by the app',
  'signin.codes_confirm': 'Switch on',
  'signin.recovery': 'Recovery codes',
  'signin.recovery_text':
    'Each is good once, for the day the app is lost. Print them or write them down: they are not shown again.',
  'signin.recovery_done': 'I have them',

  'signin.passkeys': 'Passkeys',
  'signin.passkeys_text':
    'Fingerprint or face instead of the password, to sign in. It does not unlock: after the hub was restarted, recordings stay closed until somebody types a password. Keep yours.',
  'signin.passkeys_no':
    'Browsers offer passkeys only over HTTPS and by the hub’s name, not by its IP address. Open this page so, in a browser that is up to date, and you can make one.',
  'signin.passkey_add': 'Add this device',
  'signin.passkey_made': '{name} can sign you in now. To unlock recordings after a restart you still need your password.',
  'signin.passkey_name': 'What you call this device',
  'signin.passkey_never': 'Never used',

  'signin.tokens': 'Programs',
  'signin.tokens_text':
    'A token lets a program see what you choose, never more than you may, for as long as you choose.',
  'signin.token_add': 'New token',
  'signin.token_name': 'What it is for',
  'signin.token_days': 'Days it is good for',
  'signin.token_cameras': 'All your cameras',
  'signin.token_which': 'Only for',
  'signin.token_these': 'The program sees no other camera, new ones neither.',
  'signin.token_until': 'Until {when}',
  'signin.token_over': 'Over since {when}',
  'signin.token_shown': 'Your new token',
  'signin.token_shown_text':
    'Give it to the program now: it is not shown again. It is sent as “Authorization: Bearer …”.',
  'signin.take_back': 'Take back',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'signin.title': 'Deine Anmeldung',
  'signin.text': 'Wo du angemeldet bist und womit du zeigst, dass du es bist.',
  'signin.code': 'Code deiner App oder ein Ersatzcode',
  'signin.code_hint':
    'Keine App zur Hand? Tippe einen deiner Ersatzcodes. Keiner mehr da? Bitte den Eigentümer, dich zu entfernen und neu einzuladen; ein Eigentümer kommt mit den 24 Wörtern wieder hinein („Passwort verloren“).',
  'signin.passkey_use': 'Passkey verwenden',
  'signin.password_again': 'Dein Passwort, noch einmal',

  'signin.browsers': 'Wo du angemeldet bist',
  'signin.here': 'dieser Browser',
  'signin.used': 'Zuletzt benutzt {when}',
  'signin.unknown_device': 'Ein Browser',
  'signin.out': 'Abmelden',
  'signin.out_others': 'Überall sonst abmelden',

  'signin.codes': 'Codes aus einer App',
  'signin.codes_off':
    'Neben dem Passwort ein Code, der sich jede halbe Minute ändert. Wer nur dein Passwort kennt, kommt dann nicht hinein.',
  'signin.codes_on': 'Wird bei jeder Anmeldung verlangt. Ersatzcodes übrig: {count}.',
  'signin.codes_start': 'Codes verwenden',
  'signin.codes_stop': 'Keine Codes mehr',
  'signin.codes_new': 'Neue Ersatzcodes',
  'signin.codes_scan': 'Mit der Authenticator-App scannen, dann den Code eintippen, den sie zeigt.',
  'signin.codes_secret': 'Oder dies in die App eintippen:',
  'signin.codes_typed': 'Code, den die App zeigt',
  'signin.codes_confirm': 'Einschalten',
  'signin.recovery': 'Ersatzcodes',
  'signin.recovery_text':
    'Jeder gilt einmal, für den Tag, an dem die App fehlt. Drucke sie aus oder schreibe sie auf: Sie werden nicht noch einmal gezeigt.',
  'signin.recovery_done': 'Ich habe sie',

  'signin.passkeys': 'Passkeys',
  'signin.passkeys_text':
    'Fingerabdruck oder Gesicht statt des Passworts, zum Anmelden. Aufschließen kann ein Passkey nicht: Nach einem Neustart der Zentrale bleiben Aufnahmen zu, bis jemand ein Passwort eintippt. Behalte deines also.',
  'signin.passkeys_no':
    'Browser bieten Passkeys nur über HTTPS und unter dem Namen der Zentrale an, nicht unter ihrer IP-Adresse. Öffne diese Seite so, in einem aktuellen Browser, dann kannst du einen anlegen.',
  'signin.passkey_add': 'Dieses Gerät hinzufügen',
  'signin.passkey_made': '{name} kann dich jetzt anmelden. Um nach einem Neustart Aufnahmen aufzuschließen, brauchst du weiter dein Passwort.',
  'signin.passkey_name': 'Wie du dieses Gerät nennst',
  'signin.passkey_never': 'Nie benutzt',

  'signin.tokens': 'Programme',
  'signin.tokens_text':
    'Ein Token lässt ein Programm sehen, was du auswählst, nie mehr als du selbst darfst, und so lange du willst.',
  'signin.token_add': 'Neues Token',
  'signin.token_name': 'Wofür es ist',
  'signin.token_days': 'Tage, die es gilt',
  'signin.token_cameras': 'Alle deine Kameras',
  'signin.token_which': 'Nur für',
  'signin.token_these': 'Das Programm sieht keine andere Kamera, auch keine neue.',
  'signin.token_until': 'Bis {when}',
  'signin.token_over': 'Abgelaufen {when}',
  'signin.token_shown': 'Dein neues Token',
  'signin.token_shown_text':
    'Gib es jetzt dem Programm: Es wird nicht noch einmal gezeigt. Gesendet wird es als „Authorization: Bearer …“.',
  'signin.take_back': 'Zurücknehmen',
};
