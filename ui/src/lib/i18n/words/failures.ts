/** What did not work: `error.` by the kind the hub names, `why.` where it says which of that kind. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'error.title': 'That did not work',
  'error.unknown': 'Something went wrong. Please try again.',
  'error.no_connection': 'No connection to your hub. Is it switched on?',
  'error.invalid': 'Something you entered does not fit. Please look through it again.',
  'error.not_found': 'This no longer exists.',
  'error.conflict': 'Something has changed in the meantime. Please open this page again.',
  'error.denied': 'You may not do this here. An owner of the house can allow it.',
  'error.camera': 'The camera does not do its part. Check that it has power and network.',
  'error.delivery': 'The message did not arrive. Please check what was entered for this channel.',
  'error.locked': 'The recordings are locked. Somebody of the house must unlock them first.',
  'error.storage':
    'The recording disk cannot be read or written. Look at the storage in the settings.',
  'error.damaged': 'This cannot be opened: what is stored on the disk was damaged.',
  'error.failed': 'Something failed inside the hub. Its log says more; please try again.',
  'error.signed_out': 'You were signed out. Please sign in again.',
  'error.wrong_credentials': 'Name or password is not right.',
  'error.wrong_password': 'This password is not right.',
  'error.second_factor': 'Please type the code of your authenticator app, or a recovery code, too.',
  'error.wrong_code':
    'This code is not right, or was used already. Codes of an app are right only while the clock of its device is: set it to automatic.',
  'error.wrong_token':
    'This code is not right. The newest one stands in the terminal where Consentry was started.',
  'error.limited': {
    one: 'Too many attempts. Please wait {count} second.',
    other: 'Too many attempts. Please wait {count} seconds.',
  },
  'error.method_not_allowed': 'This page and your hub do not fit together. Please load it anew.',
  'error.too_large': 'This is too large to send.',
  'error.wrong_host':
    'Your hub does not know this address as its own. Open it by the address it shows when it starts.',
  'error.wrong_origin': 'Your hub does not know this address. Please open its page directly.',
  'error.missing_header': 'This page and your hub do not fit together. Please load it anew.',
  'error.needs_https': 'For this, please open the secure address of your hub (https).',

  'why.camera_name_taken': 'There is a camera called {name} already. Choose another name.',
  'why.member_name_taken': 'Somebody here is called {name} already. Choose another name.',
  'why.owner_exists': 'This hub has an owner already. Sign in instead.',
  'why.only_owner': 'This is the only owner. Make somebody else an owner first.',
  'why.still_member': 'This person still has an account here. Remove it first.',
  'why.camera_off': '{camera} is switched off.',
  'why.camera_without_user':
    'No user name is stored for {camera}. Enter user and password of the camera first.',
  'why.camera_without_onvif':
    '{camera} does not answer to ONVIF, the language in which passwords are set. Change it in the page of the camera itself, then type it here.',
  'why.camera_kept_password':
    '{camera} did not take the new password. It has the one from before.',
  'why.outdoors': '{camera} looks outdoors and guards the house: only an owner can pause it.',
  'why.still_written': 'The end of this is still being recorded. Try again in a minute.',
  'why.changed_meanwhile': 'The recording changed just now. Please try again.',
  'why.key_changing': 'The key is being changed already. Wait until that is done.',
  'why.password_length': 'A password needs {shortest} to {longest} characters.',
  'why.words_forgotten': 'The hub was started anew in between. Let it make new words.',
  'why.words_first': 'A backup needs the recovery words. Let the hub make them first.',
  'why.wrong_word': 'Word {number} is another one. Look it up on your paper.',
  'why.other_words': 'These are not the recovery words of this house, or newer ones were made.',
  'why.words_count': 'There are 24 words on the paper. You typed {count}.',
  'why.word_unknown': 'Word {number} cannot be right. Check how it is spelled on your paper.',
  'why.words_mixed': 'These words do not belong together: one of them is wrong, or two changed places.',
  'why.other_passkey': 'This passkey does not fit. Please try again.',
  'why.passkey_address':
    'Passkeys work only at the secure address of your hub (https) with its name, not with numbers.',
  'why.too_long': 'This stretch is too long. Choose a shorter one.',
  'why.hidden_edge':
    'The pictures of this camera hold more than players show. They cannot be handed on, because others would see more than you.',
  'why.zone_name_twice': 'Two areas are called {name}. Give one of them another name.',
  'why.no_day': 'Choose at least one day of the week.',
  'why.stream_address': 'The address of a camera begins with rtsp://, as rtsp://192.168.1.20/stream.',
  'why.hub_address': 'The address of your hub must look like https://hub.local:8600.',
  'why.too_many_channels': 'There are too many channels. Remove one first.',
  'why.channel_moved': 'The server of {name} is another one now. Type the password again.',
  'why.mail_addresses':
    'Enter a sender and at least one recipient, each of them like name@example.org.',
  'why.broker_topic': 'The topic “{topic}” will not do: no / or $ at its beginning, no + and no #.',
  'why.port': 'The port must be a number from 1 to 65535.',
  'why.server_unknown': 'The server {host} was not found. Check its name for typing errors.',
  'why.server_silent': '{where} did not answer in time. Check server and port.',
  'why.server_refused': '{where} refused the connection. Check server and port.',
  'why.server_unreachable': '{where} cannot be reached. Check server, port and encryption.',
  'why.server_hung_up': '{where} closed the connection. Check port and encryption.',
  'why.server_certificate':
    '{where} cannot prove that it is this server (its certificate is not valid). Check its name.',
  'why.server_encryption': '{where} does not offer this encryption. Check port and encryption.',
  'why.server_password': '{where} does not accept this user name or password.',
  'why.mail_recipients': '{where} does not take mail for these recipients.',
  'why.mail_sender': '{where} does not take mail from {sender}.',
  'why.mail_declined': '{where} did not take the message (error {code}).',
  'why.service_unknown': 'The address of {name} belongs to no service that Consentry knows.',
  'why.service_declined': 'The service {name} did not take the message. Check its address.',
  'why.service_answered':
    'The service {name} did not take the message (HTTP {status}). Check its address.',
  'why.service_key':
    '{name} does not accept the key, token or password in its address. Copy the address from the service anew.',
  'why.service_missing':
    '{name} has nothing at this address. Check it for typing errors, also in the name of a topic or chat.',
  'why.service_limit': '{name} was sent too much in a short time. Wait a while and try again.',
  'why.service_ill': '{name} is out of order at the moment. Your settings may be right: try again later.',
  'why.service_not_found': 'The server of {name} was not found. Check its name in the address.',
  'why.service_silent': '{name} did not answer in time. Is the service running, and the internet there?',
  'why.service_refused': 'The server of {name} refused the connection. Check the port in the address.',
  'why.service_certificate':
    'The server of {name} cannot prove that it is the right one (its certificate is not valid). Check its name in the address.',
  'why.service_unreachable': '{name} cannot be reached. Check its address and your internet connection.',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'error.title': 'Das hat nicht geklappt',
  'error.unknown': 'Etwas ist schiefgegangen. Bitte noch einmal versuchen.',
  'error.no_connection': 'Keine Verbindung zur Zentrale. Ist sie eingeschaltet?',
  'error.invalid': 'Etwas von dem Eingegebenen passt nicht. Bitte sieh es noch einmal durch.',
  'error.not_found': 'Das gibt es nicht mehr.',
  'error.conflict': 'Inzwischen hat sich etwas geändert. Bitte öffne diese Seite noch einmal.',
  'error.denied': 'Das darfst du hier nicht. Ein Eigentümer des Hauses kann es erlauben.',
  'error.camera': 'Die Kamera macht nicht mit. Prüfe, ob sie Strom und Netz hat.',
  'error.delivery':
    'Die Nachricht ist nicht angekommen. Bitte prüfe, was für diesen Weg eingetragen ist.',
  'error.locked':
    'Die Aufnahmen sind verschlossen. Jemand aus dem Haus muss sie erst aufschließen.',
  'error.storage':
    'Die Festplatte für Aufnahmen lässt sich nicht lesen oder beschreiben. Sieh in den Einstellungen beim Speicher nach.',
  'error.damaged': 'Das lässt sich nicht öffnen: Was auf der Festplatte liegt, ist beschädigt.',
  'error.failed':
    'In der Zentrale ist etwas schiefgegangen. Ihr Protokoll sagt mehr; bitte noch einmal versuchen.',
  'error.signed_out': 'Du wurdest abgemeldet. Bitte melde dich wieder an.',
  'error.wrong_credentials': 'Name oder Passwort stimmt nicht.',
  'error.wrong_password': 'Dieses Passwort stimmt nicht.',
  'error.second_factor':
    'Bitte gib auch den Code deiner Authenticator-App oder einen Ersatzcode ein.',
  'error.wrong_code':
    'Dieser Code stimmt nicht oder wurde schon benutzt. Codes einer App stimmen nur, solange die Uhr ihres Geräts stimmt: Stell sie auf automatisch.',
  'error.wrong_token':
    'Dieser Code stimmt nicht. Der neueste steht im Terminal, in dem Consentry gestartet wurde.',
  'error.limited': {
    one: 'Zu viele Versuche. Bitte {count} Sekunde warten.',
    other: 'Zu viele Versuche. Bitte {count} Sekunden warten.',
  },
  'error.method_not_allowed':
    'Diese Seite und deine Zentrale passen nicht zusammen. Bitte lade sie neu.',
  'error.too_large': 'Das ist zu groß zum Senden.',
  'error.wrong_host':
    'Diese Adresse kennt deine Zentrale nicht als ihre. Öffne sie unter der, die sie beim Start zeigt.',
  'error.wrong_origin':
    'Diese Adresse kennt deine Zentrale nicht. Bitte öffne ihre Seite unmittelbar.',
  'error.missing_header':
    'Diese Seite und deine Zentrale passen nicht zusammen. Bitte lade sie neu.',
  'error.needs_https': 'Öffne dafür bitte die sichere Adresse deiner Zentrale (https).',

  'why.camera_name_taken': 'Es gibt schon eine Kamera namens {name}. Wähle einen anderen Namen.',
  'why.member_name_taken': 'Hier heißt schon jemand {name}. Wähle einen anderen Namen.',
  'why.owner_exists': 'Diese Zentrale hat schon einen Eigentümer. Melde dich an.',
  'why.only_owner':
    'Das ist der einzige Eigentümer. Mach erst jemand anderen zum Eigentümer.',
  'why.still_member': 'Diese Person hat hier noch ein Konto. Entferne es zuerst.',
  'why.camera_off': '{camera} ist ausgeschaltet.',
  'why.camera_without_user':
    'Für {camera} ist kein Benutzer hinterlegt. Trag erst Benutzer und Passwort der Kamera ein.',
  'why.camera_without_onvif':
    '{camera} versteht kein ONVIF, die Sprache, in der Passwörter gesetzt werden. Ändere es auf der Seite der Kamera selbst und tippe es dann hier ein.',
  'why.camera_kept_password':
    '{camera} hat das neue Passwort nicht angenommen. Es gilt das bisherige.',
  'why.outdoors':
    '{camera} blickt nach draußen und schützt das Haus: Nur ein Eigentümer kann sie pausieren.',
  'why.still_written':
    'Das Ende davon wird noch aufgenommen. Versuch es in einer Minute noch einmal.',
  'why.changed_meanwhile': 'Die Aufnahme hat sich gerade geändert. Bitte noch einmal versuchen.',
  'why.key_changing': 'Der Schlüssel wird schon gewechselt. Warte, bis das fertig ist.',
  'why.password_length': 'Ein Passwort braucht {shortest} bis {longest} Zeichen.',
  'why.words_forgotten':
    'Die Zentrale wurde zwischendurch neu gestartet. Lass sie neue Wörter machen.',
  'why.words_first':
    'Eine Sicherung braucht die Wiederherstellungswörter. Lass die Zentrale sie erst machen.',
  'why.wrong_word': 'Wort {number} ist ein anderes. Sieh auf deinem Papier nach.',
  'why.other_words':
    'Das sind nicht die Wiederherstellungswörter dieses Hauses, oder es gibt neuere.',
  'why.words_count': 'Auf dem Papier stehen 24 Wörter. Du hast {count} eingetippt.',
  'why.word_unknown': 'Wort {number} kann nicht stimmen. Prüfe auf deinem Papier, wie man es schreibt.',
  'why.words_mixed': 'Diese Wörter gehören nicht zusammen: Eines ist falsch, oder zwei sind vertauscht.',
  'why.other_passkey': 'Dieser Passkey passt nicht. Bitte noch einmal versuchen.',
  'why.passkey_address':
    'Passkeys gehen nur unter der sicheren Adresse deiner Zentrale (https) mit ihrem Namen, nicht mit Zahlen.',
  'why.too_long': 'Dieser Abschnitt ist zu lang. Wähle einen kürzeren.',
  'why.hidden_edge':
    'Die Bilder dieser Kamera enthalten mehr, als Abspielprogramme zeigen. Sie lassen sich nicht weitergeben, weil andere mehr sähen als du.',
  'why.zone_name_twice': 'Zwei Bereiche heißen {name}. Gib einem davon einen anderen Namen.',
  'why.no_day': 'Wähle mindestens einen Wochentag.',
  'why.stream_address':
    'Die Adresse einer Kamera beginnt mit rtsp://, etwa rtsp://192.168.1.20/stream.',
  'why.hub_address': 'Die Adresse deiner Zentrale muss aussehen wie https://hub.local:8600.',
  'why.too_many_channels': 'Es gibt zu viele Wege für Meldungen. Entferne erst einen.',
  'why.channel_moved': 'Der Server von {name} ist jetzt ein anderer. Gib das Passwort neu ein.',
  'why.mail_addresses':
    'Gib einen Absender und mindestens einen Empfänger an, jeweils wie name@example.org.',
  'why.broker_topic':
    'Das Thema „{topic}“ geht nicht: kein / oder $ am Anfang, kein + und kein #.',
  'why.port': 'Der Port muss eine Zahl von 1 bis 65535 sein.',
  'why.server_unknown':
    'Der Server {host} wurde nicht gefunden. Prüfe seinen Namen auf Tippfehler.',
  'why.server_silent': '{where} hat nicht rechtzeitig geantwortet. Prüfe Server und Port.',
  'why.server_refused': '{where} hat die Verbindung abgelehnt. Prüfe Server und Port.',
  'why.server_unreachable':
    '{where} ist nicht erreichbar. Prüfe Server, Port und Verschlüsselung.',
  'why.server_hung_up':
    '{where} hat die Verbindung beendet. Prüfe Port und Verschlüsselung.',
  'why.server_certificate':
    '{where} kann nicht beweisen, dass es dieser Server ist (sein Zertifikat ist ungültig). Prüfe den Namen.',
  'why.server_encryption':
    '{where} bietet diese Verschlüsselung nicht an. Prüfe Port und Verschlüsselung.',
  'why.server_password': '{where} nimmt Benutzer oder Passwort nicht an.',
  'why.mail_recipients': '{where} nimmt für diese Empfänger keine Post an.',
  'why.mail_sender': '{where} nimmt von {sender} keine Post an.',
  'why.mail_declined': '{where} hat die Nachricht nicht angenommen (Fehler {code}).',
  'why.service_unknown': 'Die Adresse von {name} gehört zu keinem Dienst, den Consentry kennt.',
  'why.service_declined':
    'Der Dienst {name} hat die Nachricht nicht angenommen. Prüfe seine Adresse.',
  'why.service_answered':
    'Der Dienst {name} hat die Nachricht nicht angenommen (HTTP {status}). Prüfe seine Adresse.',
  'why.service_key':
    '{name} nimmt den Schlüssel oder das Passwort in der Adresse nicht an. Kopiere die Adresse noch einmal beim Dienst.',
  'why.service_missing':
    'Unter dieser Adresse gibt es bei {name} nichts. Prüfe sie auf Tippfehler, auch im Namen eines Themas oder Chats.',
  'why.service_limit':
    '{name} hat in kurzer Zeit zu viel bekommen. Warte eine Weile und versuche es noch einmal.',
  'why.service_ill':
    '{name} ist gerade gestört. Deine Einstellungen können stimmen: Versuche es später noch einmal.',
  'why.service_not_found':
    'Der Server von {name} wurde nicht gefunden. Prüfe seinen Namen in der Adresse.',
  'why.service_silent':
    '{name} hat nicht rechtzeitig geantwortet. Läuft der Dienst, und ist das Internet da?',
  'why.service_refused':
    'Der Server von {name} hat die Verbindung abgelehnt. Prüfe den Port in der Adresse.',
  'why.service_certificate':
    'Der Server von {name} kann nicht beweisen, dass er der richtige ist (sein Zertifikat ist ungültig). Prüfe seinen Namen in der Adresse.',
  'why.service_unreachable':
    '{name} ist nicht erreichbar. Prüfe die Adresse und deine Internetverbindung.',
};
