/** Who looked, and whether that was rewritten. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'diary.title': 'Who looked',
  'diary.text':
    'Every look through your cameras, written down before the first picture was shown. Nobody can switch this off.',
  'diary.all_cameras': 'All cameras',
  'diary.person': 'Person',
  'diary.everybody': 'Everybody',
  'diary.clear': 'Show everything',
  'diary.more': 'Show older entries',
  'diary.none': 'Nobody has looked yet',
  'diary.none_text': 'As soon as somebody watches live or opens a recording, it is written here.',
  'diary.none_filtered': 'Nothing in the diary fits this choice.',
  'diary.fine': 'Checked: nothing was changed since this browser first saw the diary ({when}).',
  'diary.first':
    'From now on this browser remembers the state of the diary and warns you if its past is ever changed.',
  'diary.unverifiable.no_crypto':
    'This connection is not encrypted, so your browser cannot check the diary. Open the page by HTTPS or on the hub itself.',
  'diary.unverifiable.no_connection': 'The diary could not be checked: no connection to the hub.',
  'diary.rewritten_here': 'What you read here cannot be trusted: see above.',
  'diary.limits':
    'Whoever controls the machine itself can look without a trace. The diary tells what was seen through Consentry.',
  'diary.now': 'now',
  'diary.unknown': 'end unknown',
  'diary.seen': 'recorded {spans}',
  'diary.more_spans': '+ {count}',
  'diary.erased': { one: 'An erased entry', other: '{count} erased entries' },
  'diary.withheld': { one: 'Somebody else’s entry', other: '{count} entries of others' },
  'diary.erase': 'Erase this person',
  'diary.erase_title': 'Erase {name} from the diary?',
  'diary.erase_text':
    'What it says about this person is then gone for good, for everybody. The places stay, empty, and that you did it is written down.',
  'diary.erase_yes': 'Erase for good',
  'diary.erased_done': 'Erased.',
  'diary.show_person': 'Only {name}',

  'problem.diary':
    'While the hub was stopped, the diary of looks was changed or damaged. Found {since}. New looks are written on.',
  'problem.diary_read': 'I have read this',
  'problem.diary_read_title': 'Take note of it for everybody?',
  'problem.diary_read_text':
    'This notice then goes away for all adults. That it was you, and when, is written in the diary. If nobody knows why the diary changed, talk about it first: somebody had their hands in the hub’s files, or its disk is failing.',

  'who.machine': 'Whoever sits at the hub',
  'who.link': 'Somebody with a link',
  'via.browser': 'from {address}',
  'via.token': 'a program with a token, from {address}',
  'via.machine': 'at the hub’s own command line',
  'via.link': 'from {address}',
  'via.channel': 'through a notification channel',

  'look.live': '{name} watched {camera} live',
  'look.playback': '{name} watched recordings of {camera}',
  'look.preview': '{name} leafed through the timeline of {camera}',
  'look.picture': '{name} looked at pictures of {camera}',
  'look.export': '{name} exported a film of {camera}',
  'look.download': '{name} opened a clip of {camera}',
  'look.link': '{name} opened a shared clip of {camera}',
  'look.alert_picture': 'A picture of {camera} was sent with an alert: {name}',

  'act.unlock': '{name} unlocked the recordings',
  'act.lock': '{name} locked the recordings',
  'act.rotate': '{name} renewed the household’s key',
  'act.switched_off': '{name} switched {camera} off',
  'act.switched_on': '{name} switched {camera} on',
  'act.off_hours_changed': '{name} changed when {camera} is off',
  'act.camera_password': '{name} gave {camera} a new password',
  'act.paused': '{name} paused {camera}',
  'act.resumed': '{name} ended the pause of {camera}',
  'act.member_added': '{name} joined the house',
  'act.member_changed': '{name} changed what {detail} may do',
  'act.member_removed': '{name} removed {detail} from the house',
  'act.token_made': '{name} gave a program access: {detail}',
  'act.shared': '{name} shared a clip of {camera} by link',
  'act.share_revoked': '{name} took back a link to a clip of {camera}',
  'act.backup': '{name} made a backup',
  'act.reset_owner': '{name} gave the house a new owner at the hub’s command line',
  'act.words_made': '{name} made new recovery words',
  'act.recovered': '{name} came back in with the recovery words',
  'act.password_changed': '{name} changed their password',
  'act.footage_deleted': '{name} deleted recordings of {camera}: {span}',
  'act.clip_released': '{name} let go of a kept clip of {camera}: {span}',
  'act.camera_removed': '{name} removed {camera} with all its recordings',
  'act.diary_acknowledged': '{name} took note that the diary had been changed (found {when})',
  'act.erased': '{name} erased {detail} entries of a former member',

  'diary.rewritten': 'The diary of looks was rewritten.',
  'diary.rewritten.shorter':
    'It is shorter than when this browser last saw it ({when}): entries were taken away, or an older state was put back.',
  'diary.rewritten.changed':
    'What was in it when this browser last saw it ({when}) was changed.',
  'diary.rewritten.other_log':
    'It was begun anew: what this browser saw before ({when}) is no longer in it.',
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
  'diary.title': 'Wer hat geschaut?',
  'diary.text':
    'Jeder Blick durch eure Kameras, aufgeschrieben, bevor das erste Bild gezeigt wurde. Abschalten kann das niemand.',
  'diary.all_cameras': 'Alle Kameras',
  'diary.person': 'Person',
  'diary.everybody': 'Alle',
  'diary.clear': 'Alles zeigen',
  'diary.more': 'Ältere Einträge zeigen',
  'diary.none': 'Noch hat niemand geschaut',
  'diary.none_text': 'Sobald jemand live zusieht oder eine Aufnahme öffnet, steht es hier.',
  'diary.none_filtered': 'Nichts im Tagebuch passt zu dieser Auswahl.',
  'diary.fine':
    'Geprüft: Seit dieser Browser das Tagebuch kennt ({when}), wurde nichts geändert.',
  'diary.first':
    'Von jetzt an merkt sich dieser Browser den Stand des Tagebuchs und warnt dich, falls seine Vergangenheit je geändert wird.',
  'diary.unverifiable.no_crypto':
    'Diese Verbindung ist nicht verschlüsselt, deshalb kann dein Browser das Tagebuch nicht prüfen. Öffne die Seite über HTTPS oder auf der Zentrale selbst.',
  'diary.unverifiable.no_connection':
    'Das Tagebuch konnte nicht geprüft werden: keine Verbindung zur Zentrale.',
  'diary.rewritten_here': 'Dem, was hier steht, ist nicht zu trauen: siehe oben.',
  'diary.limits':
    'Wer die Maschine selbst beherrscht, kann schauen, ohne eine Spur zu hinterlassen. Das Tagebuch sagt, was durch Consentry gesehen wurde.',
  'diary.now': 'gerade jetzt',
  'diary.unknown': 'Ende unbekannt',
  'diary.seen': 'Aufnahme {spans}',
  'diary.more_spans': '+ {count}',
  'diary.erased': { one: 'Ein gelöschter Eintrag', other: '{count} gelöschte Einträge' },
  'diary.withheld': { one: 'Ein Eintrag von jemand anderem', other: '{count} Einträge von anderen' },
  'diary.erase': 'Diese Person löschen',
  'diary.erase_title': '{name} aus dem Tagebuch löschen?',
  'diary.erase_text':
    'Was es über diese Person sagt, ist dann für alle endgültig weg. Die Stellen bleiben, leer, und dass du es warst, wird aufgeschrieben.',
  'diary.erase_yes': 'Endgültig löschen',
  'diary.erased_done': 'Gelöscht.',
  'diary.show_person': 'Nur {name}',

  'problem.diary':
    'Während die Zentrale stand, wurde das Tagebuch der Blicke verändert oder beschädigt. Bemerkt: {since}. Neue Blicke werden weiter aufgeschrieben.',
  'problem.diary_read': 'Ich habe das gelesen',
  'problem.diary_read_title': 'Für alle zur Kenntnis nehmen?',
  'problem.diary_read_text':
    'Der Hinweis verschwindet dann bei allen Erwachsenen. Dass du es warst und wann, steht im Tagebuch. Weiß niemand, warum sich das Tagebuch geändert hat, sprecht vorher darüber: Jemand war an den Dateien der Zentrale, oder ihre Festplatte geht kaputt.',

  'who.machine': 'Wer an der Zentrale sitzt',
  'who.link': 'Jemand mit einem Link',
  'via.browser': 'von {address}',
  'via.token': 'ein Programm mit Token, von {address}',
  'via.machine': 'an der Befehlszeile der Zentrale',
  'via.link': 'von {address}',
  'via.channel': 'über einen Benachrichtigungsweg',

  'look.live': '{name} hat {camera} live gesehen',
  'look.playback': '{name} hat Aufnahmen von {camera} gesehen',
  'look.preview': '{name} hat in der Zeitleiste von {camera} geblättert',
  'look.picture': '{name} hat Bilder von {camera} gesehen',
  'look.export': '{name} hat einen Film von {camera} exportiert',
  'look.download': '{name} hat einen Clip von {camera} geöffnet',
  'look.link': '{name} hat einen geteilten Clip von {camera} geöffnet',
  'look.alert_picture': 'Ein Bild von {camera} ging mit einer Meldung hinaus: {name}',

  'act.unlock': '{name} hat die Aufnahmen aufgeschlossen',
  'act.lock': '{name} hat die Aufnahmen abgeschlossen',
  'act.rotate': '{name} hat den Schlüssel des Haushalts erneuert',
  'act.switched_off': '{name} hat {camera} ausgeschaltet',
  'act.switched_on': '{name} hat {camera} eingeschaltet',
  'act.off_hours_changed': '{name} hat geändert, wann {camera} aus ist',
  'act.camera_password': '{name} hat {camera} ein neues Passwort gegeben',
  'act.paused': '{name} hat {camera} pausiert',
  'act.resumed': '{name} hat die Pause von {camera} beendet',
  'act.member_added': '{name} ist dazugekommen',
  'act.member_changed': '{name} hat geändert, was {detail} darf',
  'act.member_removed': '{name} hat {detail} entfernt',
  'act.token_made': '{name} hat einem Programm Zugang gegeben: {detail}',
  'act.shared': '{name} hat einen Clip von {camera} per Link geteilt',
  'act.share_revoked': '{name} hat einen Link zu einem Clip von {camera} zurückgenommen',
  'act.backup': '{name} hat eine Sicherung gemacht',
  'act.reset_owner': '{name} hat dem Haus an der Befehlszeile einen neuen Eigentümer gegeben',
  'act.words_made': '{name} hat neue Wiederherstellungswörter gemacht',
  'act.recovered': '{name} ist mit den Wiederherstellungswörtern zurückgekommen',
  'act.password_changed': '{name} hat das eigene Passwort geändert',
  'act.footage_deleted': '{name} hat Aufnahmen von {camera} gelöscht: {span}',
  'act.clip_released': '{name} hat einen behaltenen Clip von {camera} freigegeben: {span}',
  'act.camera_removed': '{name} hat {camera} mit allen Aufnahmen entfernt',
  'act.diary_acknowledged': '{name} hat zur Kenntnis genommen, dass das Tagebuch verändert wurde (bemerkt: {when})',
  'act.erased': '{name} hat {detail} Einträge eines früheren Mitglieds gelöscht',

  'diary.rewritten': 'Das Tagebuch der Blicke wurde umgeschrieben.',
  'diary.rewritten.shorter':
    'Es ist kürzer als beim letzten Besuch dieses Browsers ({when}): Einträge wurden entfernt, oder ein älterer Stand wurde zurückgespielt.',
  'diary.rewritten.changed':
    'Was beim letzten Besuch dieses Browsers ({when}) darin stand, wurde geändert.',
  'diary.rewritten.other_log':
    'Es wurde neu begonnen: Was dieser Browser vorher sah ({when}), steht nicht mehr darin.',
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
