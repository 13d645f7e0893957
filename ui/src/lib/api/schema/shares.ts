/** Written by api-types.mjs from the hub's OpenAPI document. */

import type { StreamName } from './everywhere.ts';

export interface LinkAnswer {
  link: string;
}

export interface LinkBody {
  hours?: number;
  opens?: number | null;
  passphrase?: string | null;
}

export interface MailBody {
  to: string;
}

export interface OpenAnswer {
  id: string;
  ticket: string;
  envelope: string;
  codec: string;
}

export interface OpenBody {
  token: string;
}

export interface Share {
  id: string;
  maker: string | null;
  camera: string;
  from_us: number;
  to_us: number;
  stream: StreamName;
  sound: boolean;
  seconds: number;
  bytes: number;
  codec: string;
  made: string;
  link: ShareLink | null;
  ended: string | null;
}

export interface ShareBody {
  camera: string;
  from: string;
  to: string;
  stream?: StreamName;
  sound?: boolean;
}

export interface ShareLink {
  made: string;
  expires: string;
  opens_left: number | null;
  guarded: boolean;
  opened: number;
  last: string | null;
}
