/** The recorded segments of one camera's stream, asked for some minutes around, cut into pieces to fetch. */

import { api } from '../api/client';
import type { Segment, StreamName } from '../api/types';
import { HOUR, MINUTE, now, SECOND } from '../time/zone';

const AHEAD = 4 * MINUTE;
const BEFORE = MINUTE; // a step back should not cost another question
const FRESH = 1.5 * SECOND; // how old the list may be where the recording still grows

export interface Piece {
  segment: Segment;
  from_us: number;
  to_us: number;
}

export class Recording {
  readonly stream: StreamName;
  #camera: string;
  #segments: Segment[] = [];
  #from = 0;
  #to = 0;
  #asked = 0;

  constructor(camera: string, stream: StreamName) {
    this.#camera = camera;
    this.stream = stream;
  }

  /**
   * What to fetch to go on from `at_us`: from there, or from the next recorded moment within four minutes,
   * up to a key frame at least `least_us` later. Null where nothing is recorded.
   */
  async piece(at_us: number, least_us: number, signal: AbortSignal): Promise<Piece | null> {
    let segment = this.#find(at_us);
    if (!segment && (!this.#covers(at_us) || now() - this.#asked > FRESH)) {
      await this.#ask(at_us, signal);
      segment = this.#find(at_us);
    }
    if (!segment) return null;
    const from_us = Math.max(at_us, segment.start_us);
    const cut = segment.key_frames_us.find((key) => key >= from_us + least_us);
    return { segment, from_us, to_us: cut ?? segment.end_us };
  }

  /** The next recorded moment after this one, looked for so many days ahead; null where there is none. */
  async next(after_us: number, ahead: number[], signal: AbortSignal): Promise<number | null> {
    for (const days of ahead) {
      const to = Math.min(after_us + days * 24 * HOUR, now());
      const { recorded } = await api.timeline(this.#camera, after_us, to, signal);
      const next = recorded.find(([from, end]) => from > after_us && end > after_us + SECOND);
      if (next) return next[0];
    }
    return null;
  }

  #find(at_us: number): Segment | undefined {
    if (at_us < this.#from) return undefined;
    return this.#segments.find((segment) => segment.end_us > at_us);
  }

  #covers(at_us: number): boolean {
    return at_us >= this.#from && at_us < this.#to;
  }

  async #ask(at_us: number, signal: AbortSignal): Promise<void> {
    const from = at_us - BEFORE;
    const to = at_us + AHEAD;
    const segments = await api.segments(this.#camera, this.stream, from, to, signal);
    this.#segments = segments.toSorted((a, b) => a.start_us - b.start_us);
    this.#from = from;
    this.#to = to;
    this.#asked = now();
  }
}
