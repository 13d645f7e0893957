/** What the diary says, as looks with a begin and an end. Entries are read only after they were checked. */

import type { Leaf, LookKind, Via } from '../api/schema/diary.ts';

export interface Viewer {
  name: string;
  via: Via;
  role: string;
  member: string | null;
  address: string;
}

export interface Viewed {
  id: string;
  name: string;
  place: 'indoor' | 'outdoor';
}

export interface Stretch {
  start: number;
  end: number;
}

interface Begin {
  kind: 'begin';
  look: LookKind;
  at: number;
  by: Viewer;
  camera: Viewed;
  span: Stretch | null;
  detail: string;
}

interface End {
  kind: 'end';
  of: number;
  at: number;
  seconds: number;
  spans: Stretch[];
}

interface Act {
  kind: 'act';
  act: string;
  at: number;
  by: Viewer;
  camera: Viewed | null;
  detail: string;
}

type Entry = Begin | End | Act;

/** One look. `end`: `now` while it goes on, `unknown` when the hub was killed before it could be written. */
export interface Look {
  kind: 'look';
  index: number;
  look: LookKind;
  at: number;
  by: Viewer;
  camera: Viewed;
  detail: string;
  end: { at: number; seconds: number } | 'now' | 'unknown' | 'moment';
  /** Stretches of recording that were seen; none when live. */
  spans: Stretch[];
}

export interface ActDone extends Act {
  index: number;
}

/** An entry that cannot be read: erased with the person it spoke of, or not for these eyes. */
export interface Bare {
  kind: 'bare';
  index: number;
  state: 'erased' | 'withheld';
}

export type Item = Look | ActDone | Bare;

/** Turns pages of leaves, newest first, into items; an end comes before its begin and waits for it here. */
export class Reading {
  #ends = new Map<number, End>();

  add(leaves: Leaf[]): Item[] {
    return leaves.map((leaf) => this.#item(leaf)).filter((item) => item !== null);
  }

  #item(leaf: Leaf): Item | null {
    if (leaf.state !== 'open' || leaf.entry === null)
      return { kind: 'bare', index: leaf.index, state: leaf.state === 'erased' ? 'erased' : 'withheld' };
    const entry = JSON.parse(leaf.entry) as Entry;
    switch (entry.kind) {
      case 'end':
        this.#ends.set(entry.of, entry);
        return null;
      case 'act':
        return { ...entry, index: leaf.index };
      case 'begin':
        return this.#look(entry, leaf);
    }
  }

  #look(begin: Begin, leaf: Leaf): Look {
    const { look, at, by, camera, detail } = begin;
    const end = this.#ends.get(leaf.index);
    this.#ends.delete(leaf.index);
    const spans = end?.spans.length ? end.spans : begin.span ? [begin.span] : [];
    return { kind: 'look', index: leaf.index, look, at, by, camera, detail, spans, end: ending() };

    function ending(): Look['end'] {
      if (end) return { at: end.at, seconds: end.seconds };
      if (look === 'alert_picture') return 'moment';
      return leaf.now ? 'now' : 'unknown';
    }
  }
}
