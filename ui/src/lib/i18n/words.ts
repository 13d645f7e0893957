/** All words in each language: one file a part of the page, both languages side by side. A new part is added here. */

import * as add from './words/add.ts';
import * as backup from './words/backup.ts';
import * as cameras from './words/cameras.ts';
import * as diary from './words/diary.ts';
import * as events from './words/events.ts';
import * as failures from './words/failures.ts';
import * as kept from './words/kept.ts';
import * as keys from './words/keys.ts';
import * as leave from './words/leave.ts';
import * as live from './words/live.ts';
import * as people from './words/people.ts';
import * as room from './words/room.ts';
import * as settings from './words/settings.ts';
import * as share from './words/share.ts';
import * as shell from './words/shell.ts';
import * as signin from './words/signin.ts';
import * as timeline from './words/timeline.ts';
import * as zones from './words/zones.ts';
import type { Translation } from './text.ts';

export const en = {
  ...shell.en,
  ...failures.en,
  ...live.en,
  ...timeline.en,
  ...events.en,
  ...kept.en,
  ...keys.en,
  ...backup.en,
  ...leave.en,
  ...cameras.en,
  ...add.en,
  ...zones.en,
  ...people.en,
  ...room.en,
  ...signin.en,
  ...settings.en,
  ...share.en,
  ...diary.en,
};

export const de: Translation<typeof en> = {
  ...shell.de,
  ...failures.de,
  ...live.de,
  ...timeline.de,
  ...events.de,
  ...kept.de,
  ...keys.de,
  ...backup.de,
  ...leave.de,
  ...cameras.de,
  ...add.de,
  ...zones.de,
  ...people.de,
  ...room.de,
  ...signin.de,
  ...settings.de,
  ...share.de,
  ...diary.de,
};

export type Key = keyof typeof en;
