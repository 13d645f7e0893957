/** Clips kept for ever. */

import type { Texts, Translation } from '../text.ts';

export const en = {
  'kept.title': 'Kept clips',
  'kept.text': 'They stay until you let them go, however old they get.',
  'kept.open': 'Kept',
  'kept.all': 'All kept clips',
  'kept.none': 'Nothing kept yet',
  'kept.none_text':
    'Open an event, or select a part of the timeline, and choose “Keep for ever”.',
  'kept.name': 'Name',
  'kept.renamed': 'Saved.',
  'kept.release': 'Keep no longer',
  'kept.release_title': 'Keep this clip no longer?',
  'kept.release_text':
    'Its recording is then deleted by age like all others. If it is older than that, it goes at once.',
  'kept.released': 'No longer kept.',
  'kept.delete_title': 'Delete this clip?',
} as const satisfies Texts;

export const de: Translation<typeof en> = {
  'kept.title': 'Behaltene Clips',
  'kept.text': 'Sie bleiben, bis du sie freigibst, egal wie alt sie werden.',
  'kept.open': 'Behalten',
  'kept.all': 'Alle behaltenen Clips',
  'kept.none': 'Noch nichts behalten',
  'kept.none_text':
    'Öffne ein Ereignis oder wähle einen Abschnitt auf der Zeitleiste und tippe auf „Für immer behalten“.',
  'kept.name': 'Name',
  'kept.renamed': 'Gespeichert.',
  'kept.release': 'Nicht mehr behalten',
  'kept.release_title': 'Diesen Clip nicht mehr behalten?',
  'kept.release_text':
    'Seine Aufnahme wird dann wie alle anderen nach ihrem Alter gelöscht. Ist sie schon älter, verschwindet sie gleich.',
  'kept.released': 'Wird nicht mehr behalten.',
  'kept.delete_title': 'Diesen Clip löschen?',
};
