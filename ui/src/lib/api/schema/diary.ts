/** Written by api-types.mjs from the hub's OpenAPI document. */

export interface CheckpointAnswer {
  checkpoint: string;
  key: string;
}

export interface Diary {
  checkpoint: string;
  key: string;
  leaves: Leaf[];
  next: number | null;
}

export interface Leaf {
  index: number;
  commitment: string;
  state: LeafState;
  salt: string | null;
  entry: string | null;
  now: boolean;
  proof: string[];
}

export type LeafState = 'open' | 'erased' | 'withheld';

export type LookKind =
  | 'live'
  | 'playback'
  | 'preview'
  | 'picture'
  | 'export'
  | 'download'
  | 'link'
  | 'alert_picture';

export interface Looking {
  index: number;
  look: LookKind;
  camera: string;
  name: string;
  member: string | null;
  via: Via;
  address: string;
  since: string;
}

export interface LooksNow {
  looks: Looking[];
}

export interface ProofAnswer {
  proof: string[];
}

export type Via = 'browser' | 'token' | 'machine' | 'link' | 'channel';
