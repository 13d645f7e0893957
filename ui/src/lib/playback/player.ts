/**
 * Plays the recording through MediaSource. One second of the element's time is one second of wall time, so
 * `currentTime` and the timeline agree everywhere, also across gaps: those stay empty and are jumped.
 */

import { api } from '../api/client';
import type { StreamName, TrackName } from '../api/types';
import { BufferQueue, joined } from '../mse/buffer';
import { attach, detach, mime, plays } from '../mse/source';
import { HOUR, now, SECOND } from '../time/zone';
import { Recording, type Piece } from './recording';

export type Phase =
  'loading' | 'playing' | 'paused' | 'ended' | 'nothing' | 'unplayable' | 'failed';

export interface PlaybackOptions {
  camera: string;
  /** Recorded streams, best first: the next is taken where the browser cannot play one. */
  streams: StreamName[];
  /** Play only up to here (a clip). */
  until_us?: number;
  onphase: (phase: Phase) => void;
  onposition: (at_us: number) => void;
  ongap: (from_us: number, to_us: number) => void;
  onfall: (stream: StreamName) => void;
}

/** Above this speed only key frames are fetched and decoded. */
const KEY_FRAMES_ABOVE = 4;
const FIRST = 1 * SECOND; // first piece after a seek: short, so that the picture is there at once
const STEP = 8 * SECOND;
const LEAD = 16; // seconds fetched ahead, times the speed (at most KEY_FRAMES_ABOVE where all pictures are fetched)
const PAST = 20; // seconds kept behind
const SAID = 5; // a gap of fewer seconds is jumped without a word
const BEFORE = 26 * HOUR; // the element's zero lies this far before the first moment asked for
const LENGTH = 80 * 3600; // seconds the element may seek in

interface Open {
  source: MediaSource;
  base_us: number;
  layout: string;
  queues: Partial<Record<TrackName, BufferQueue>>;
  /** Which init and offset each track's buffer was given last. */
  fed: Partial<Record<TrackName, { run: string; codec: string }>>;
}

export class Playback {
  #video: HTMLVideoElement;
  #options: PlaybackOptions;
  #recording: Recording;
  #rest: StreamName[];
  #inits = new Map<string, Promise<ArrayBuffer>>();
  #open: Open | null = null;
  #work = new AbortController();
  #cursor = 0;
  #wanted = 0;
  #rate = 1;
  /** False where a key frame counts for its own moment only, however long it is to be shown (WebKit on GStreamer). */
  #stretches = true;
  #playing = false;
  #phase: Phase = 'loading';
  #ended = false;
  /** The smaller stream is looked for, because the larger one cannot be played; it may not be recorded at all. */
  #fell = false;
  /** What is said once all that was fetched has been played. */
  #last: Phase = 'ended';
  #failures = 0;
  #timer: number;
  #tick = (): void => this.#watch();

  constructor(video: HTMLVideoElement, options: PlaybackOptions) {
    this.#video = video;
    this.#options = options;
    const [first = 'main', ...rest] = options.streams;
    this.#recording = new Recording(options.camera, first);
    this.#rest = rest;
    this.#timer = window.setInterval(this.#tick, 100);
    for (const name of ['seeked', 'waiting', 'canplay', 'error'] as const)
      video.addEventListener(name, this.#tick);
  }

  get position(): number {
    if (!this.#open) return this.#wanted;
    return this.#open.base_us + this.#video.currentTime * SECOND;
  }

  get keyFramesOnly(): boolean {
    return this.#stretches && this.#rate > KEY_FRAMES_ABOVE;
  }

  /** Seconds of the recording that are fetched for each second here, at the most. */
  get #pace(): number {
    return this.keyFramesOnly ? this.#rate : Math.min(this.#rate, KEY_FRAMES_ABOVE);
  }

  play(): void {
    this.#playing = true;
    if (this.#ended && this.#options.until_us === undefined) this.seek(this.position);
    void this.#video.play().catch(() => undefined);
    this.#watch();
  }

  pause(): void {
    this.#playing = false;
    this.#video.pause();
    this.#watch();
  }

  rate(rate: number): void {
    const before = this.keyFramesOnly;
    this.#rate = rate;
    this.#video.playbackRate = rate;
    if (before !== this.keyFramesOnly) this.#reopen(this.position);
  }

  seek(to_us: number): void {
    this.#ended = false;
    this.#last = 'ended';
    this.#failures = 0;
    this.#wanted = to_us;
    const open = this.#open;
    if (!open || to_us < open.base_us || to_us > open.base_us + LENGTH * SECOND) {
      this.#reopen(to_us);
      return;
    }
    const seconds = (to_us - open.base_us) / SECOND;
    const range = this.#range(seconds);
    this.#work.abort();
    this.#work = new AbortController();
    this.#video.currentTime = seconds;
    // What was under way may have ended in the middle of a fragment.
    for (const queue of Object.values(open.queues)) queue.reset();
    if (range) this.#cursor = open.base_us + range.end * SECOND;
    else {
      this.#cursor = to_us;
      for (const queue of Object.values(open.queues)) queue.remove(0, Infinity);
      open.fed = {};
      this.#say('loading');
    }
    void this.#pump(this.#work.signal, range ? STEP : FIRST);
  }

  destroy(): void {
    window.clearInterval(this.#timer);
    for (const name of ['seeked', 'waiting', 'canplay', 'error'] as const)
      this.#video.removeEventListener(name, this.#tick);
    this.#close();
    detach(this.#video);
  }

  #close(): void {
    this.#work.abort();
    for (const queue of Object.values(this.#open?.queues ?? {})) queue.close();
    this.#open = null;
  }

  #reopen(at_us: number): void {
    this.#close();
    this.#wanted = at_us;
    this.#cursor = at_us;
    this.#work = new AbortController();
    this.#say('loading');
    void this.#pump(this.#work.signal, FIRST);
  }

  /** Fetch and append until `#work` is aborted; the only place that moves `#cursor` forward. */
  async #pump(signal: AbortSignal, first: number): Promise<void> {
    let least = first;
    try {
      while (!signal.aborted) {
        if (this.#stock() > LEAD * this.#pace) {
          await pause(150, signal);
          continue;
        }
        const piece = await this.#recording.piece(
          this.#cursor,
          this.keyFramesOnly ? 60 * SECOND : least,
          signal,
        );
        if (signal.aborted) return;
        if (!piece) {
          if (!(await this.#beyond(signal))) return;
          continue;
        }
        if (!(await this.#feed(piece, signal))) return;
        least = STEP;
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      if (this.#failures > 3) this.#say('failed');
      else
        window.setTimeout(() => {
          if (!signal.aborted) void this.#pump(signal, first);
        }, 400 * this.#failures);
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Nothing is recorded at the cursor: go to where it goes on, or wait where the recording grows. */
  async #beyond(signal: AbortSignal): Promise<boolean> {
    if (this.#options.until_us !== undefined && this.#cursor >= this.#options.until_us - SECOND) {
      this.#ended = true;
      return false;
    }
    if (now() - this.#cursor < 30 * SECOND) {
      await pause(700, signal); // the newest second is still being written
      return true;
    }
    const goesOn = Object.keys(this.#open?.fed ?? {}).length > 0;
    const next = await this.#recording.next(this.#cursor, goesOn ? [1, 31] : [1], signal);
    if (signal.aborted) return false;
    if (next !== null && next < (this.#options.until_us ?? Infinity)) {
      if (this.#open && next > this.#open.base_us + LENGTH * SECOND)
        return this.#goOn(next, signal);
      this.#cursor = next;
      return true;
    }
    return this.#stop('nothing');
  }

  /** There is nothing more to fetch: play out what is here. Where nothing is, say why. */
  #stop(why: Phase): false {
    const reason = why === 'nothing' && this.#fell ? 'unplayable' : why;
    this.#last = this.#open && reason === 'nothing' ? 'ended' : reason;
    if (!this.#open) this.#say(reason);
    this.#ended = true;
    return false;
  }

  /** Play out what is here, then go on at a moment that this MediaSource cannot take. */
  async #goOn(at_us: number, signal: AbortSignal): Promise<false> {
    while (!signal.aborted && !this.#dry) await pause(100, signal);
    if (!signal.aborted) {
      const here = this.position;
      if (at_us - here > SAID * SECOND) this.#options.ongap(here, at_us);
      this.#reopen(at_us);
    }
    return false;
  }

  async #feed(piece: Piece, signal: AbortSignal): Promise<boolean> {
    const { segment } = piece;
    if (!plays('video', segment.video.codec)) return this.#fallBack();
    const audio =
      segment.audio && !this.keyFramesOnly && plays('audio', segment.audio.codec)
        ? segment.audio.codec
        : null;
    const layout = audio ? 'video+audio' : 'video';
    const wanted: TrackName[] = audio ? ['video', 'audio'] : ['video'];
    const span = { from_us: piece.from_us, to_us: piece.to_us, keyFrames: this.keyFramesOnly };
    // Asked before the MediaSource is open: the two waits overlap.
    const media = Promise.all(
      wanted.map(async (track) => {
        const [init, answer] = await Promise.all([
          this.#init(segment.id, segment.run, track),
          api.segmentMedia(segment.id, track, span, signal),
        ]);
        return { track, init, answer };
      }),
    );
    media.catch(() => undefined); // awaited below, but an abort may come first
    if (this.#open && this.#open.layout !== layout) {
      // Sound begins or ends here: MediaSource takes no new track.
      return this.#goOn(piece.from_us, signal);
    }
    if (!this.#open && !(await this.#start(piece, layout, wanted, signal))) return false;
    const open = this.#open;
    const parts = await media;
    if (!open || signal.aborted) return false;
    const offset = (segment.start_us - segment.media_start_us - open.base_us) / SECOND;
    const pouring = parts.map(({ track, init, answer }) => {
      const queue = open.queues[track];
      const codec = track === 'video' ? segment.video.codec : (audio ?? '');
      if (!queue) return undefined;
      const fed = open.fed[track];
      if (fed && fed.codec !== codec) queue.type(mime(track, codec));
      queue.offset(offset);
      if (fed?.run !== segment.run || fed.codec !== codec) queue.append(init);
      open.fed[track] = { run: segment.run, codec };
      return pour(answer, queue, signal);
    });
    await Promise.all(pouring);
    if (signal.aborted) return false;
    if (span.keyFrames && !this.#joins(piece, open.base_us)) {
      this.#stretches = false; // then as at lower speeds: every picture
      this.#reopen(this.position);
      return false;
    }
    this.#failures = 0;
    this.#fell = false;
    this.#cursor = Math.max(piece.to_us, this.#cursor + 1);
    return true;
  }

  /** Is a key frame of the piece shown until the next one? */
  #joins({ segment, from_us, to_us }: Piece, base_us: number): boolean {
    const [first, second] = segment.key_frames_us.filter((key) => key >= from_us && key < to_us);
    if (first === undefined || second === undefined) return true;
    return this.#range(((first + second) / 2 - base_us) / SECOND) !== null;
  }

  #fallBack(): boolean {
    const next = this.#rest.shift();
    if (!next) return this.#stop('unplayable');
    this.#recording = new Recording(this.#options.camera, next);
    this.#fell = true;
    this.#options.onfall(next);
    return true;
  }

  async #start(
    piece: Piece,
    layout: string,
    tracks: TrackName[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const source = await attach(this.#video);
    if (signal.aborted || source.readyState !== 'open') return false;
    const base_us = Math.floor((this.#wanted - BEFORE) / HOUR) * HOUR;
    source.duration = LENGTH;
    const queues: Open['queues'] = {};
    for (const track of tracks) {
      const codec =
        track === 'video' ? piece.segment.video.codec : (piece.segment.audio?.codec ?? '');
      const queue = new BufferQueue(source.addSourceBuffer(mime(track, codec)));
      queue.onfull = () => queue.makeRoom(this.#video.currentTime - 4);
      queues[track] = queue;
    }
    this.#open = { source, base_us, layout, queues, fed: {} };
    this.#video.currentTime = (this.#wanted - base_us) / SECOND;
    this.#video.playbackRate = this.#rate;
    if (this.#playing) void this.#video.play().catch(() => undefined);
    return true;
  }

  #init(segment: string, run: string, track: TrackName): Promise<ArrayBuffer> {
    const key = `${run} ${track}`;
    const known = this.#inits.get(key);
    if (known) return known;
    const asked = api.segmentInit(segment, track).then((response) => response.arrayBuffer());
    this.#inits.set(key, asked);
    asked.catch(() => this.#inits.delete(key));
    return asked;
  }

  #range(seconds: number): { start: number; end: number } | null {
    const ranges = this.#video.buffered;
    for (let at = 0; at < ranges.length; at += 1) {
      const start = ranges.start(at);
      const end = ranges.end(at);
      if (seconds >= start - 0.02 && seconds < end) return { start, end };
    }
    return null;
  }

  /** Seconds that can be played from here without a hole. */
  #ahead(): number {
    if (!this.#open) return 0;
    const range = this.#range(this.#video.currentTime);
    return range ? range.end - this.#video.currentTime : 0;
  }

  /** Seconds fetched and not yet played, beyond gaps too. */
  #stock(): number {
    if (!this.#open) return 0;
    const here = this.#video.currentTime;
    const upTo = (this.#cursor - this.#open.base_us) / SECOND + 1;
    const ranges = this.#video.buffered;
    let sum = 0;
    for (let at = 0; at < ranges.length; at += 1) {
      sum += Math.max(0, Math.min(ranges.end(at), upTo) - Math.max(ranges.start(at), here));
    }
    return sum;
  }

  /** The picture stands at the end of what can be played; it stops up to a few frames before the very end. */
  get #dry(): boolean {
    const video = this.#video;
    return this.#ahead() < (video.readyState < 3 && !video.seeking ? 0.5 : 0.08);
  }

  /** Ten times a second: say where we are, jump what is not recorded, forget what is long past. */
  #watch(): void {
    const open = this.#open;
    if (!open) return;
    const video = this.#video;
    if (video.error) {
      this.#failures += 1;
      if (this.#failures > 3) this.#say('failed');
      else this.#reopen(this.position + SECOND); // past the picture that cannot be decoded
      return;
    }
    const { until_us } = this.#options;
    if (until_us !== undefined && this.position >= until_us) return this.#finish();
    if (this.#dry && this.#jump(open)) return;
    if (this.#ended && this.#dry) return this.#finish();
    this.#options.onposition(this.position);
    const starved = video.seeking || video.readyState < 3;
    this.#say(starved && this.#ahead() < 0.3 ? 'loading' : this.#playing ? 'playing' : 'paused');
    for (const queue of Object.values(open.queues)) {
      const ranges = queue.buffered;
      const past = video.currentTime - PAST * Math.max(1, this.#rate);
      if (ranges?.length && !queue.busy && ranges.start(0) < past - 10) queue.remove(0, past);
    }
  }

  #jump(open: Open): boolean {
    const here = this.#video.currentTime;
    const ranges = this.#video.buffered;
    for (let at = 0; at < ranges.length; at += 1) {
      const start = ranges.start(at);
      // Beyond the cursor lies only what a seek is about to remove.
      if (start <= here + 0.001 || open.base_us + start * SECOND >= this.#cursor) continue;
      if (start - here > SAID)
        this.#options.ongap(open.base_us + here * SECOND, open.base_us + start * SECOND);
      this.#video.currentTime = start + 0.001;
      return true;
    }
    return false;
  }

  #finish(): void {
    this.#ended = true;
    this.#playing = false;
    this.#video.pause();
    this.#options.onposition(this.position);
    this.#say(this.#last);
  }

  #say(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#options.onphase(phase);
  }
}

/** Append an answer as it comes: over a slow line the first picture need not wait for the last. */
async function pour(answer: Response, queue: BufferQueue, signal: AbortSignal): Promise<void> {
  const reader = answer.body?.getReader();
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  while (reader) {
    const { done, value } = await reader.read();
    if (signal.aborted) return;
    if (value) waiting.push(value);
    if (waiting.length && (done || !queue.busy)) {
      queue.append(joined(waiting));
      waiting = [];
    }
    if (done) break;
  }
  await queue.settled();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        window.clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
