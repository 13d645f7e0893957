/** Somebody left: what is over, and the locks that they may still know. And a camera's own password. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'leave.title': '{name} has left',
  'leave.done': 'Signed out everywhere; links, programs and invitations of theirs have ended.',
  'leave.cameras':
    '{name} may know the passwords of these cameras, and could ask them for pictures past the hub. Give each a new one.',
  'leave.key_title': 'Change what opens the recordings',
  'leave.key':
    '{name} had a password that opened the recordings. Whoever has it, and a copy of the disk from those days, could open later copies, too. A new key ends that.',
  'leave.key_hint': 'Recording goes on. New 24 words are shown next.',
  'leave.limits':
    'What we cannot take back: videos and pictures that {name} has saved, and copies of the disk with what was recorded until today.',
  'leave.finish': 'Done',

  'lock.heading': 'Its own password',
  'lock.asking': 'Asking the camera …',
  'lock.rtsp_open': 'Anybody in your network sees its pictures: it asks for no password.',
  'lock.onvif_open': 'Anybody in your network can change its users: it asks for no password.',
  'lock.locked': 'It asks for a password.',
  'lock.unknown': 'It does not answer at the moment.',
  'lock.off': 'It is switched off, so it cannot be asked.',
  'lock.hint':
    'The hub can give it a random one. Whoever knows the old one, or the maker’s, is then locked out.',
  'lock.own_page':
    'The hub cannot change it. Change it on the camera’s own page, then type the new one here.',
  'lock.action': 'New random password',
  'lock.title': 'Give {camera} a new password?',
  'lock.text':
    'The hub goes on recording. Other apps and recorders lose this camera until you type the new password there.',
  'lock.old_refused': 'The old password is refused now.',
  'lock.old_let_in': 'The camera still lets the old password in. Restart it and try again.',
  'lock.makers_refused': 'The maker’s own passwords are refused.',
  'lock.makers_let_in':
    'The camera still lets a maker’s own password in. Switch that user off on the camera’s own page.',
  'lock.shown': 'The hub keeps it. Write it down if you need it elsewhere: it is shown only now.',
  'lock.paper': 'Consentry: password of the camera {camera}',
  'lock.by_hand': 'Type it by hand',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'leave.title': '{name} ist nicht mehr dabei',
  'leave.done': 'Überall abgemeldet; Links, Programme und Einladungen dieser Person sind beendet.',
  'leave.cameras':
    '{name} kennt vielleicht die Passwörter dieser Kameras und könnte an der Zentrale vorbei Bilder abrufen. Gib jeder ein neues.',
  'leave.key_title': 'Wechseln, was die Aufnahmen öffnet',
  'leave.key':
    '{name} hatte ein Passwort, das die Aufnahmen öffnete. Wer es hat und eine Kopie der Platte aus jener Zeit, könnte auch spätere Kopien öffnen. Ein neuer Schlüssel beendet das.',
  'leave.key_hint': 'Es wird weiter aufgenommen. Danach werden 24 neue Wörter gezeigt.',
  'leave.limits':
    'Was wir nicht zurückholen können: Videos und Bilder, die {name} gespeichert hat, und Kopien der Platte mit dem, was bis heute aufgenommen wurde.',
  'leave.finish': 'Fertig',

  'lock.heading': 'Ihr eigenes Passwort',
  'lock.asking': 'Die Kamera wird gefragt …',
  'lock.rtsp_open': 'Jeder in deinem Netz sieht ihre Bilder: Sie verlangt kein Passwort.',
  'lock.onvif_open': 'Jeder in deinem Netz kann ihre Benutzer ändern: Sie verlangt kein Passwort.',
  'lock.locked': 'Sie verlangt ein Passwort.',
  'lock.unknown': 'Sie antwortet gerade nicht.',
  'lock.off': 'Sie ist ausgeschaltet und kann nicht gefragt werden.',
  'lock.hint':
    'Die Zentrale kann ihr ein zufälliges geben. Wer das alte kennt oder das des Herstellers, ist dann ausgesperrt.',
  'lock.own_page':
    'Die Zentrale kann es nicht ändern. Ändere es auf der Seite der Kamera selbst und tippe das neue dann hier ein.',
  'lock.action': 'Neues zufälliges Passwort',
  'lock.title': '{camera} ein neues Passwort geben?',
  'lock.text':
    'Die Zentrale nimmt weiter auf. Andere Apps und Rekorder verlieren diese Kamera, bis du dort das neue Passwort eintippst.',
  'lock.old_refused': 'Das alte Passwort wird jetzt abgewiesen.',
  'lock.old_let_in':
    'Die Kamera lässt das alte Passwort noch ein. Starte sie neu und versuch es noch einmal.',
  'lock.makers_refused': 'Die Passwörter des Herstellers werden abgewiesen.',
  'lock.makers_let_in':
    'Die Kamera lässt ein Passwort des Herstellers noch ein. Schalte diesen Benutzer auf der Seite der Kamera selbst ab.',
  'lock.shown':
    'Die Zentrale behält es. Schreib es auf, wenn du es anderswo brauchst: Gezeigt wird es nur jetzt.',
  'lock.paper': 'Consentry: Passwort der Kamera {camera}',
  'lock.by_hand': 'Von Hand eintippen',
};
