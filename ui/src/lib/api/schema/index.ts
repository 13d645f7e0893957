/** Written by api-types.mjs from the hub's OpenAPI document. */

export type * from './cameras.ts';
export type * from './channels.ts';
export type * from './diary.ts';
export type * from './events.ts';
export type * from './everywhere.ts';
export type * from './house.ts';
export type * from './keys.ts';
export type * from './members.ts';
export type * from './recordings.ts';
export type * from './recovery.ts';
export type * from './session.ts';
export type * from './shares.ts';
export type * from './trust.ts';
