/** Who lives here, what they may see, joining, and unlocking the recordings. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'people.title': 'People',
  'people.text': 'Who may see which camera. Rights can be given and taken back at any time.',
  'people.invite': 'Invite',
  'people.name': 'Name (they can change it)',
  'people.role': 'They are',
  'people.role_owner': 'Owner',
  'people.role_adult': 'Adult living here',
  'people.role_member': 'Family or flatmate',
  'people.role_guest': 'Guest',
  'people.role_owner_text': 'Sees and changes everything, as you do.',
  'people.role_adult_text':
    'Sees every camera unless you take one away, reads who looked, and can pause indoor cameras.',
  'people.role_member_text': 'Sees only what you tick here.',
  'people.role_guest_text':
    'Sees only what you tick here. A guest cannot unlock the recordings after a restart.',
  'people.right_live': 'Live',
  'people.right_clips': 'Events',
  'people.right_recordings': 'Recordings',
  'people.right_export': 'Save videos',
  'people.right_share': 'Share',
  'people.hours': 'Only at these hours',
  'people.hours_hint': 'None: at any time.',
  'people.until': 'Until the end of',
  'people.make_invitation': 'Make the invitation',
  'people.invitation': 'Invitation',
  'people.invitation_text':
    'Give this link to the person yourself. It works once, for two days, and is not shown again. They choose their own password.',
  'people.invited': 'Invited',
  'people.invited_until': 'Invitation good until {when}',
  'people.uninvite': 'Take back',
  'people.me': 'you',
  'people.sees_all': 'Sees every camera',
  'people.sees_less': 'Sees every camera, with limits: {cameras}',
  'people.sees': 'Sees: {cameras}',
  'people.sees_none': 'Sees no camera yet',
  'people.last_seen': 'Last here {when}',
  'people.change': 'Change',
  'people.remove': 'Remove',
  'people.remove_title': 'Remove {name}?',
  'people.remove_text':
    'They are signed out everywhere at once; their links and programs stop working. What they did stays in the diary.',
  'people.removed': '{name} was removed',
  'people.passwords_title': 'Change the cameras’ own passwords',
  'people.passwords_text':
    'Whoever knew the password of a camera can still reach the camera itself. Change it on each of these, then here.',
  'people.signed_in': '{name} signed in on a new device: {device}',

  'join.title': 'You are invited',
  'join.text': '{by} invites you to this house’s cameras. You will be: {role}.',
  'join.gone': 'This invitation was used already, or its time is over. Ask for a new one.',
  'join.action': 'Join',

  'unlock.title': 'Unlock the recordings',
  'unlock.text': 'The recordings are locked since the hub started. Live view works.',
  'unlock.why':
    'Your password holds the key to everything recorded. The hub forgets it when it stops, so that whoever carries the box away sees nothing.',
  'unlock.action': 'Unlock',
  'unlock.done': 'Unlocked',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'people.title': 'Personen',
  'people.text': 'Wer welche Kamera sehen darf. Rechte lassen sich jederzeit geben und nehmen.',
  'people.invite': 'Einladen',
  'people.name': 'Name (lässt sich ändern)',
  'people.role': 'Das ist',
  'people.role_owner': 'Eigentümer',
  'people.role_adult': 'Erwachsene, wohnt hier',
  'people.role_member': 'Familie oder Mitbewohner',
  'people.role_guest': 'Gast',
  'people.role_owner_text': 'Sieht und ändert alles, wie du.',
  'people.role_adult_text':
    'Sieht jede Kamera, wenn du keine wegnimmst, liest, wer zugesehen hat, und kann Kameras im Haus anhalten.',
  'people.role_member_text': 'Sieht nur, was du hier ankreuzt.',
  'people.role_guest_text':
    'Sieht nur, was du hier ankreuzt. Ein Gast kann die Aufnahmen nach einem Neustart nicht aufschließen.',
  'people.right_live': 'Live',
  'people.right_clips': 'Ereignisse',
  'people.right_recordings': 'Aufnahmen',
  'people.right_export': 'Videos speichern',
  'people.right_share': 'Teilen',
  'people.hours': 'Nur zu diesen Zeiten',
  'people.hours_hint': 'Keine: jederzeit.',
  'people.until': 'Bis zum Ende des',
  'people.make_invitation': 'Einladung erstellen',
  'people.invitation': 'Einladung',
  'people.invitation_text':
    'Gib diesen Link der Person selbst. Er gilt einmal, zwei Tage lang, und wird nicht noch einmal gezeigt. Ihr Passwort wählt sie selbst.',
  'people.invited': 'Eingeladen',
  'people.invited_until': 'Einladung gilt bis {when}',
  'people.uninvite': 'Zurücknehmen',
  'people.me': 'du',
  'people.sees_all': 'Sieht jede Kamera',
  'people.sees_less': 'Sieht jede Kamera, mit Einschränkung: {cameras}',
  'people.sees': 'Sieht: {cameras}',
  'people.sees_none': 'Sieht noch keine Kamera',
  'people.last_seen': 'Zuletzt hier {when}',
  'people.change': 'Ändern',
  'people.remove': 'Entfernen',
  'people.remove_title': '{name} entfernen?',
  'people.remove_text':
    'Die Person wird überall sofort abgemeldet; ihre Links und Programme gehen nicht mehr. Was sie getan hat, bleibt im Tagebuch.',
  'people.removed': '{name} wurde entfernt',
  'people.passwords_title': 'Passwörter der Kameras selbst ändern',
  'people.passwords_text':
    'Wer das Passwort einer Kamera kannte, erreicht die Kamera selbst noch immer. Ändere es an jeder von diesen, dann hier.',
  'people.signed_in': '{name} hat sich auf einem neuen Gerät angemeldet: {device}',

  'join.title': 'Du bist eingeladen',
  'join.text': '{by} lädt dich zu den Kameras dieses Hauses ein. Du wirst: {role}.',
  'join.gone': 'Diese Einladung wurde schon benutzt, oder ihre Zeit ist um. Bitte um eine neue.',
  'join.action': 'Beitreten',

  'unlock.title': 'Aufnahmen aufschließen',
  'unlock.text': 'Seit dem Start der Zentrale sind die Aufnahmen verschlossen. Live geht.',
  'unlock.why':
    'Dein Passwort hält den Schlüssel zu allem Aufgenommenen. Die Zentrale vergisst ihn, wenn sie anhält: Wer das Gerät wegträgt, sieht nichts.',
  'unlock.action': 'Aufschließen',
  'unlock.done': 'Aufgeschlossen',
};
