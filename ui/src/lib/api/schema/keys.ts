/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { UnlockMode, Words } from './everywhere.ts';

export interface Changing {
  done: number;
  total: number;
}

export interface Keys {
  unlock: UnlockMode;
  locked: boolean;
  changing: Changing | null;
}

export interface Rotated {
  keys: Keys;
  words: Words;
}

export interface UnlockBody {
  password: string;
  name?: string | null;
}
